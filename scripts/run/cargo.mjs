// Cargo, always into the repository's own target folder: `target/release/backend` is where the binary is, whatever
// CARGO_TARGET_DIR says on this machine.
import os from 'node:os';
import path from 'node:path';
import { capture, Failure, run } from './command.mjs';
import { root } from './processes.mjs';

/** What every cargo of this repository is told. */
export const cargoEnvironment = { CARGO_TARGET_DIR: 'target', CARGO_TERM_PROGRESS_WHEN: 'auto' };

/**
 * What cargo is told beside when it builds for the tests: Clippy looks at our code while that is compiled. `cargo clippy`
 * would compile all that we depend on once more, which is minutes of each whole run.
 */
export const linted = { RUSTC_WORKSPACE_WRAPPER: 'clippy-driver', CLIPPY_ARGS: '-Dwarnings' };

export const RELEASE_BINARY = 'target/release/backend';
export const DEBUG_BINARY = 'target/debug/backend';

/** Runs cargo with its output on the terminal. */
export function cargo(args, options = {}) {
  return run('cargo', args, { ...options, env: { ...cargoEnvironment, ...options.env } });
}

/** Runs cargo and returns `{code, output}`. */
export function captureCargo(args, options = {}) {
  return capture('cargo', args, { ...options, env: { ...cargoEnvironment, ...options.env } });
}

/** Returns the OpenAPI document that a built backend prints, whatever is in somebody's `.env`. */
export async function openApiOf(binary) {
  const { code, output } = await capture(path.join(root, binary), ['--openapi'], { cwd: os.tmpdir() });
  if (code !== 0) throw new Failure(`${binary} --openapi failed`);
  return output;
}
