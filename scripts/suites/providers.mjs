// Sign-in with the OpenID providers of others, started for it, in a real browser.
import { canaille } from '../machine/canaille.mjs';
import { glewlwyd } from '../machine/glewlwyd.mjs';
import { buildBackend } from '../run/build.mjs';
import { testsOf } from './browser.mjs';

/** Installs the providers where they are missing, and runs the tests. */
export async function providers() {
  await glewlwyd();
  const env = await canaille();
  await buildBackend(); // what `npm start` would build before a test's time is up
  return testsOf('providers', env);
}
