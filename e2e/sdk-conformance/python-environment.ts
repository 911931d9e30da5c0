import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../node_modules/.cache/sdk-conformance');
const requirements = resolve(import.meta.dirname, 'requirements.txt');

/** The Python of a virtual environment that holds exactly requirements.txt; made when it is not there yet. */
export async function pythonEnvironment(): Promise<string> {
  const check = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version)';
  const { stdout: version } = await run('python3', ['-c', check]).catch((cause) => {
    const wanted =
      'Python 3.10 or newer with venv runs the FastAPI SDK; install it (Debian: apt install python3-venv).';
    throw new Error(wanted, { cause });
  });
  const contents = createHash('sha256')
    .update(version)
    .update(await readFile(requirements));
  const directory = resolve(cache, `python-${contents.digest('hex').slice(0, 16)}`);
  const python = resolve(directory, 'bin/python');
  const complete = resolve(directory, 'complete');
  if (existsSync(complete)) return python;

  console.log('installing the FastAPI SDK into node_modules/.cache (once)');
  await rm(directory, { recursive: true, force: true }); // what an interrupted installation left behind
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', directory]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  await writeFile(complete, '');
  return python;
}
