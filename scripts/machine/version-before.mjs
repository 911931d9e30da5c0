// The version of the backend that an upgrade begins with, out of this repository's own history.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cargo, DEBUG_BINARY } from '../run/cargo.mjs';
import { capture, Failure, run, step } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

/**
 * The last commit before nodes told each other through Redis what happens to a session (the channel of the streams of events,
 * cda6d7c). Nothing that they share has changed since; an upgrade from before 0f7547f is no choice, as it gave the cookies
 * other names. A change of what they share (sessions, successors, leases, login attempts, the revocation list, the channel)
 * moves it on: to the parent of the commit that makes it.
 */
const COMMIT = 'ae61c27afdea2537fa878fc578790422008f8a2b';

const FOLDER = path.join(root, 'target/before', COMMIT);
const BINARY = path.join(FOLDER, DEBUG_BINARY);

/** Returns the environment that tells the tests where it is; the first time it is built, below `target/`. */
export async function versionBefore() {
  if (!existsSync(BINARY)) {
    await step(`Taking ${COMMIT.slice(0, 7)}, the version before, out of the history`, takeOut);
    await step('Building it (minutes)', () => cargo(['build', '--locked', '--bin', 'backend'], { cwd: FOLDER }));
  }
  return { E2E_BACKEND_BEFORE: BINARY };
}

// Its files alone: a work tree would have to be known to Git, and forgotten again with `target/`.
async function takeOut() {
  const { code } = await capture('git', ['rev-parse', '--quiet', '--verify', `${COMMIT}^{commit}`]);
  if (code !== 0) {
    throw new Failure(`An upgrade begins with commit ${COMMIT}, which this clone does not have.
  Clones with --depth have no history. Fetch it: git fetch --unshallow`);
  }
  const archive = path.join(FOLDER, 'files.tar');
  await mkdir(FOLDER, { recursive: true });
  await run('git', ['archive', `--output=${archive}`, COMMIT]);
  await run('tar', ['-xf', archive, '-C', FOLDER]);
}
