// The single-page app in frontend/dist, built by Vite.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run, step } from './command.mjs';
import { root } from './processes.mjs';

const TITLE = 'Building the single-page app';
const BUILT = path.join(root, 'frontend/dist/index.html');
/** Everything that the build reads. */
const SOURCES = [
  'package.json',
  'package-lock.json',
  ...['src', 'public', 'build', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.json'].map(
    (name) => `frontend/${name}`,
  ),
];
/** Holds the digest of the sources of the last build. */
const DIGEST = path.join(root, 'node_modules/.cache/pages-digest');

/** Builds the pages if their sources have changed since the last build. Their types are not checked. */
export async function bundlePages() {
  const digest = digestOf(root, SOURCES);
  if (existsSync(BUILT) && existsSync(DIGEST) && readFileSync(DIGEST, 'utf8') === digest) return;
  await step(TITLE, () => run('vite', ['build', '--logLevel', 'warn'], { cwd: path.join(root, 'frontend') }));
  await note(digest);
}

/** Checks the types of the pages, and builds them. */
export async function checkAndBundlePages() {
  const digest = digestOf(root, SOURCES);
  await step(TITLE, () => run('npm', ['run', '--silent', 'build', '-w', 'frontend']));
  await note(digest);
}

/** Returns a digest of the names and contents of these files, and of those in these folders. */
export function digestOf(folder, names) {
  const hash = createHash('sha256');
  for (const name of names) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) hash.update(digestOf(file, readdirSync(file).toSorted()));
    else hash.update(`${name} ${statSync(file).size} `).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function note(digest) {
  await mkdir(path.dirname(DIGEST), { recursive: true });
  await writeFile(DIGEST, digest);
}
