import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Address of the source of this build on the web: `repository` of the root's package.json, at the commit that
 * is built. Empty where no repository is named: the pages then show paths.
 */
export function sourceBase(root: string): string {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const url = webAddress(typeof repository === 'object' ? repository.url : repository);
  return url ? `${url}/blob/${commit(root)}/` : '';
}

/** npm also takes `github:owner/name` and addresses for git. */
function webAddress(repository: string | undefined): string | undefined {
  return repository
    ?.replace(/^github:/, 'https://github.com/')
    .replace(/^git\+/, '')
    .replace(/\.git$/, '');
}

function commit(root: string): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'HEAD'; // Built from an archive without its history.
  }
}
