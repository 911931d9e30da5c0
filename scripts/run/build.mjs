// The build: the backend by cargo, into `target/` whatever CARGO_TARGET_DIR says, and the single-page app by Vite.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { capture, Failure, run, step } from './command.mjs';
import { checkAndBundlePages } from './pages.mjs';
import { root } from './processes.mjs';

const RELEASE_BINARY = 'target/release/backend';
export const START_BINARY = 'target/start/backend';
export const DEBUG_BINARY = 'target/debug/backend';

/** The committed OpenAPI document, from which the frontend's types are generated. */
export const OPENAPI = 'backend/openapi.json';

/** Environment of every cargo command. */
export const CARGO_ENV = { CARGO_TARGET_DIR: 'target', CARGO_TERM_PROGRESS_WHEN: 'auto' };

/** Runs Clippy during a build, on our crates only. `cargo clippy` would compile all dependencies a second time. */
export const LINT_ENV = { RUSTC_WORKSPACE_WRAPPER: 'clippy-driver', CLIPPY_ARGS: '-Dwarnings' };

/** Builds everything for production. */
export async function build() {
  await buildBackend();
  await buildPages();
}

/** Builds the backend, which needs no npm package. */
export function buildBackend(profile = 'release') {
  return step('Building the backend (minutes the first time)', () =>
    cargo(['build', '--profile', profile, '--locked', '--package', 'backend']),
  );
}

/** Builds the backend for `npm start`, in half the time. */
export function buildForStart() {
  return buildBackend('start');
}

/** Builds the single-page app; a `Failure` if its types do not match the given backend. */
async function buildPages(backend = RELEASE_BINARY) {
  const [built, committed] = await Promise.all([openApiOf(backend), readFile(path.join(root, OPENAPI), 'utf8')]);
  if (built !== committed) throw new Failure(`${OPENAPI} does not match the backend. Renew it with: npm run generate`);
  await checkAndBundlePages();
}

/** Builds what the browser tests run, and returns the backend's path. `cargo test` uses the same build. */
export async function buildForTests() {
  const args = ['build', '--locked', '--bins', '--examples'];
  await step('Building the backend for tests', () => cargo(args, { env: LINT_ENV }));
  await buildPages(DEBUG_BINARY);
  return path.join(root, DEBUG_BINARY);
}

/** Runs cargo with its output on the terminal. */
export function cargo(args, options = {}) {
  return run('cargo', args, { ...options, env: { ...CARGO_ENV, ...options.env } });
}

/** Runs cargo and returns `{code, output}`. */
export function captureCargo(args, options = {}) {
  return capture('cargo', args, { ...options, env: { ...CARGO_ENV, ...options.env } });
}

/** Returns the OpenAPI document of a built backend. It runs outside the repository, so that it reads no `.env`. */
export async function openApiOf(binary) {
  const { code, output } = await capture(path.join(root, binary), ['--openapi'], { cwd: os.tmpdir() });
  if (code !== 0) throw new Failure(`${binary} --openapi failed`);
  return output;
}
