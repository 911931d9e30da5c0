// The Redis that tests and the bench start for themselves, on a free port.
import { Failure } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled } from './prerequisites.mjs';

/** Makes sure that `redis-server` (or Valkey's) can be started. */
export async function redis() {
  if (isInstalled('redis-server') || isInstalled('valkey-server')) return;
  if (!canInstallPackages()) {
    throw new Failure(
      'The tests need Redis. Install redis-server (Debian: apt-get install redis-server; macOS: brew install redis).',
    );
  }
  await installPackage('redis-server');
}
