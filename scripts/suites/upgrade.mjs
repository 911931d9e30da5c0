// A rolling upgrade from the version before to this one, and back, under load.
import { nginx } from '../machine/nginx.mjs';
import { versionBefore } from '../machine/version-before.mjs';
import { testsOf } from './browser.mjs';

/** Builds the version before where it is missing, and runs the tests. */
export async function upgrade() {
  const env = await versionBefore();
  await nginx();
  return testsOf('upgrade', env);
}
