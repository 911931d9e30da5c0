// `npm run check:text`: what holds for the text of the repository: limits, links that lead somewhere, the lockfile.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read, sourceFiles } from './files.mjs';
import { limitProblems } from './limits.mjs';
import { lockfileProblems } from './lockfile.mjs';

await main(async () => {
  const files = await sourceFiles();
  const problems = [...limitProblems(files), ...deadLinks(files), ...lockfileProblems()];
  if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
});

function deadLinks(files) {
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .filter(([, target]) => !existsSync(path.join(root, path.dirname(file), target)))
        .map(([, target]) => `${file} links to ${target}, which does not exist`),
    );
}
