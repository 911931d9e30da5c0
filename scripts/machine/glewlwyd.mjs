// Glewlwyd, an OpenID provider of somebody else that the tests sign in with.
import { Failure } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled } from './prerequisites.mjs';

/** Makes sure that `glewlwyd` can be started. */
export async function glewlwyd() {
  if (isInstalled('glewlwyd')) return;
  if (!canInstallPackages()) {
    throw new Failure('These tests need Glewlwyd. Install it (Debian: apt-get install glewlwyd), and try again.');
  }
  await installPackage('glewlwyd');
}
