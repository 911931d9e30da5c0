// Files of the repository, for the checks, and the list of problems with which a check fails.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { capture, Failure } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

const GENERATED = ['frontend/src/lib/api/schema.d.ts'];

/** Returns the paths of all files that are not generated, also of uncommitted ones. */
export async function sourceFiles() {
  const { output } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  return output.split('\n').filter((file) => file && existsSync(path.join(root, file)) && !GENERATED.includes(file));
}

/** Returns the text of a file. */
export function read(file) {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Returns the lines of a file, without its last line break. */
export function lines(file) {
  return read(file).replace(/\n$/, '').split('\n');
}

/** Throws a `Failure` that lists the problems, if there are any. */
export function requireNone(problems) {
  if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}
