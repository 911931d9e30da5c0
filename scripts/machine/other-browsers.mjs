// The browsers that a few tests sign in with beside Chromium: Firefox, and the WebKit of WebKitGTK.
import { Failure } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { pathOf } from './prerequisites.mjs';

const WEBKIT = { WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' };

/** Returns the environment that tells the tests which of them are there; what can be installed is. */
export async function otherBrowsers() {
  const firefox = pathOf('firefox-esr') ?? pathOf('firefox') ?? (await installed('firefox-esr'));
  let webkit = true;
  for (const [name, debian] of Object.entries(WEBKIT)) {
    webkit &&= Boolean(pathOf(name) ?? (await installed(name, debian)));
  }
  return { ...(firefox && { BROWSERS_FIREFOX: firefox }), ...(webkit && { BROWSERS_WEBKIT: 'on' }) };
}

async function installed(name, debian = name) {
  try {
    if (!canInstallPackages()) throw new Failure(`This machine has no apt-get that may install ${debian}.`);
    await installPackage(debian);
    return pathOf(name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(`Left out: ${error.message} (Debian: apt-get install ${debian})`);
  }
}
