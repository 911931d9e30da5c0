// The proxy of `npm run cluster`, and what makes its certificate.
import { Failure } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled } from './prerequisites.mjs';

/** Makes sure that `nginx` and `openssl` can be started. */
export async function nginx() {
  // Debian keeps it where only root's PATH leads.
  if (!isInstalled('sh', ['-c', 'PATH="$PATH:/usr/sbin" exec nginx -v'])) await need('nginx');
  if (!isInstalled('openssl', ['version'])) await need('openssl');
}

async function need(name) {
  if (!canInstallPackages()) {
    throw new Failure(
      `The cluster needs ${name}. Install it (Debian: apt-get install ${name}; macOS: brew install ${name}).`,
    );
  }
  await installPackage(name);
}
