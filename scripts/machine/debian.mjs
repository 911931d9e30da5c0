// Debian packages, for the programs that only the tests and the cluster need.
import { run, step } from '../run/command.mjs';
import { isInstalled } from './prerequisites.mjs';

const isRoot = process.getuid?.() === 0;

/** True when this machine can install Debian packages without asking for a password. */
export function canInstallPackages() {
  return isInstalled('apt-get') && (isRoot || isInstalled('sudo', ['-n', 'true']));
}

/** Installs one Debian package. */
export function installPackage(name) {
  return step(`Installing the Debian package ${name}`, async () => {
    await aptGet(['update', '-qq']);
    await aptGet(['install', '-y', '-qq', '--no-install-recommends', name]);
  });
}

function aptGet(args) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return isRoot
    ? run('apt-get', args, { env })
    : run('sudo', ['-n', '--preserve-env=DEBIAN_FRONTEND', 'apt-get', ...args], { env });
}
