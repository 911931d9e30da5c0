// The files of the repository that people wrote, and what is in them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

const GENERATED = ['frontend/src/lib/api/schema.d.ts'];

/** Their paths from the root, those not yet committed too. */
export async function sourceFiles() {
  const { output } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  return output.split('\n').filter((file) => file && existsSync(path.join(root, file)) && !GENERATED.includes(file));
}

export function read(file) {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The lines of a file, without its last line break. */
export function lines(file) {
  return read(file).replace(/\n$/, '').split('\n');
}
