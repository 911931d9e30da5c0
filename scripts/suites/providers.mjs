// Sign-in with the OpenID providers of others, started for it: a real browser, the release backend.
import { canaille } from '../machine/canaille.mjs';
import { glewlwyd } from '../machine/glewlwyd.mjs';
import { foreign } from './browser.mjs';

/** Installs the providers where they are missing, and runs the tests. */
export async function providers() {
  await glewlwyd();
  return foreign(await canaille());
}
