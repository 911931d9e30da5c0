import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Address of the source on the web, with a slash at its end: at the commit of this build if package.json names the
 * repository, else the default branch of the remote `origin`. Empty without either: the pages then show paths.
 */
export function sourceBase(root: string): string {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = webAddress(typeof repository === 'object' ? repository.url : repository);
  if (named) return `${named}/blob/${git(root, 'rev-parse', 'HEAD') ?? 'HEAD'}/`;
  const origin = webAddress(git(root, 'remote', 'get-url', 'origin'));
  return origin ? `${origin}/blob/HEAD/` : '';
}

/** The https address of a repository, as npm or git name it, without credentials; undefined for a path. */
export function webAddress(repository: string | undefined): string | undefined {
  const [, host, path] =
    /^(?:git\+)?(?:https?|ssh):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+?)(?:\.git)?$/.exec(repository ?? '') ??
    /^(?:[^@/]+@)?([\w-]+\.[\w.-]+):(.+?)(?:\.git)?$/.exec(repository ?? '') ??
    [];
  const [, onGitHub] = /^github:(.+)$/.exec(repository ?? '') ?? [];
  if (onGitHub) return `https://github.com/${onGitHub}`;
  return host && path ? `https://${host}/${path}` : undefined;
}

/** The output of a git command; undefined if it fails, as in an archive without its history. */
function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
