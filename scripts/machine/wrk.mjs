// The load generator of the benchmark.
import { Failure } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled } from './prerequisites.mjs';

/** Makes sure that `wrk` can be started. */
export async function wrk() {
  if (isInstalled('sh', ['-c', 'command -v wrk'])) return;
  if (!canInstallPackages())
    throw new Failure('The benchmark needs wrk. Install it (Debian: apt-get install wrk; macOS: brew install wrk).');
  await installPackage('wrk');
}
