// The release backend and the single-page app. What is up to date is left alone by cargo; Vite takes a second.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cargo, DEBUG_BINARY, linted, openApiOf, RELEASE_BINARY } from './cargo.mjs';
import { Failure, run, step } from './command.mjs';
import { root } from './processes.mjs';

/** Where the committed OpenAPI document is; the frontend's types are made from it. */
export const OPENAPI = 'backend/openapi.json';

/** Builds everything that `npm start` runs. */
export async function build() {
  await buildBackend();
  await buildPages();
}

/**
 * Builds what the browser tests run, and returns the backend's path. It is the one that `cargo test` has built already:
 * another build would take minutes of each whole run.
 */
export async function buildForTests() {
  const args = ['build', '--locked', '--bins', '--examples'];
  await step('Building the backend for tests', () => cargo(args, { env: linted }));
  await buildPages(DEBUG_BINARY);
  return path.join(root, DEBUG_BINARY);
}

/** Builds the single-page app, whose types must be those of the backend that was just built. */
export async function buildPages(backend = RELEASE_BINARY) {
  await requireFreshOpenApi(backend);
  await step('Building the single-page app', () => run('npm', ['run', '--silent', 'build', '-w', 'frontend']));
}

/** Builds the backend alone, which needs nothing of npm. */
export function buildBackend() {
  return step('Building the backend (minutes the first time)', () => cargo(['build', '--release', '--locked']));
}

/** Throws a `Failure` when the committed OpenAPI document is not what the backend prints. */
async function requireFreshOpenApi(backend) {
  const [built, committed] = await Promise.all([openApiOf(backend), readFile(path.join(root, OPENAPI), 'utf8')]);
  if (built !== committed)
    throw new Failure(`${OPENAPI} is not what the backend prints. Renew it with: npm run generate`);
}
