// Browsers of the end-to-end tests: Chromium for all of them, Firefox and WebKitGTK for the suite `browsers`.
import { HEADLESS, installedChromium, installedWholeChromium, WHOLE } from './chromium.mjs';
import { Failure, run, step } from './command.mjs';
import { canInstallPackages, installPackage, pathOf } from './programs.mjs';

/** Programs and their Debian packages. */
const WEBKIT = { WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' };

/**
 * Returns the environment variable that names Chromium for Playwright: PLAYWRIGHT_CHROMIUM itself, one on the PATH, or
 * Debian's. Otherwise Playwright downloads its own, and needs no variable.
 */
export async function chromium() {
  const installed = installedChromium();
  if (installed) return { PLAYWRIGHT_CHROMIUM: installed };
  if (canInstallPackages()) {
    await installPackage(HEADLESS);
    return { PLAYWRIGHT_CHROMIUM: pathOf(HEADLESS) };
  }
  await download();
  return {};
}

/** Installs the whole Chromium, if it is missing: a few tests need more than the headless shell. */
export async function requireWholeChromium() {
  if (installedWholeChromium()) return;
  await (canInstallPackages() ? installPackage(WHOLE) : download());
}

function download() {
  return step("Downloading Chromium with Playwright's installer", () =>
    run('playwright', ['install', 'chromium'], {
      hint: 'Chromium could not be downloaded. Install it by hand and put it on the PATH, or name it in PLAYWRIGHT_CHROMIUM.',
    }),
  );
}

/** Returns the environment variables that name Firefox and WebKit. Missing ones are installed if possible. */
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
    console.log(`Skipped: ${error.message} (Debian: apt-get install ${debian})`);
  }
}
