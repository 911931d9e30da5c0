// Programs that only the tests, the cluster and the bench need. Missing ones are installed if this machine allows it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, run, step } from './command.mjs';
import { root } from './processes.mjs';

/** Programs by their Debian package, which has the same name unless `isThere` looks for them. */
const PROGRAMS = {
  'redis-server': { usedBy: 'The tests', alternative: 'valkey-server', homebrew: 'redis' },
  postgresql: { usedBy: 'The tests', isThere: () => pathOf('postgres') || existsSync('/usr/lib/postgresql') },
  nginx: { usedBy: 'The cluster', homebrew: 'nginx' },
  openssl: { usedBy: 'The cluster', homebrew: 'openssl' },
  wrk: { usedBy: 'The benchmark', homebrew: 'wrk' },
  glewlwyd: { usedBy: 'The providers suite' },
};

const CANAILLE_VERSION = '0.3.6';
const CANAILLE = path.join(root, 'node_modules/.cache', `canaille-${CANAILLE_VERSION}`);

const isRoot = process.getuid?.() === 0;

/** Returns true if `command --version` (or with the given arguments) succeeds. */
export function isInstalled(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Returns the path of a program, or undefined. Debian installs some in /usr/sbin, which only root has on the PATH. */
export function pathOf(command) {
  const script = 'PATH="$PATH:/usr/sbin"; command -v "$1"';
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', command], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}

/** Installs the missing ones of these programs; a `Failure` says how to do so by hand. */
export async function requirePrograms(...names) {
  for (const name of names) {
    const { usedBy, alternative, homebrew, isThere = () => pathOf(name) } = PROGRAMS[name];
    if (isThere() || (alternative && pathOf(alternative))) continue;
    if (!canInstallPackages()) {
      const onMac = homebrew ? `; macOS: brew install ${homebrew}` : '';
      throw new Failure(`${usedBy} cannot run without ${name}. Install it (Debian: apt-get install ${name}${onMac}).`);
    }
    await installPackage(name);
  }
}

/** Returns true if this machine can install Debian packages without a password. */
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

/** Installs Canaille, an OpenID provider in Python, into node_modules/.cache, and returns its path. */
export async function canaille() {
  const complete = path.join(CANAILLE, 'complete');
  if (!existsSync(complete)) {
    const hint =
      'The providers suite needs Python 3.10 or newer with venv and pip (Debian: apt-get install python3-venv).';
    await step(`Installing Canaille ${CANAILLE_VERSION} into node_modules/.cache`, async () => {
      await rm(CANAILLE, { recursive: true, force: true }); // rest of an interrupted installation
      await run('python3', ['-m', 'venv', CANAILLE], { hint });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      const wanted = `canaille[front,oidc,server,sqlite]==${CANAILLE_VERSION}`;
      await run(path.join(CANAILLE, 'bin/python'), [...pip, wanted], { hint });
      await writeFile(complete, '');
    });
  }
  return path.join(CANAILLE, 'bin/canaille');
}
