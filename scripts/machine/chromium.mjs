// The browser of the end-to-end tests.
import { run, step } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled, pathOf } from './prerequisites.mjs';

// Without a window to draw, the headless shell takes about half of the machine that the whole browser takes.
const HEADLESS = 'chromium-headless-shell';
const NAMES = [HEADLESS, 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Returns the environment that tells Playwright which browser to start: PLAYWRIGHT_CHROMIUM, else one on the PATH, else
 * the one Debian installs, else the one that Playwright downloads for itself.
 */
export async function chromium() {
  const given = process.env.PLAYWRIGHT_CHROMIUM ?? NAMES.find((name) => isInstalled(name));
  if (given) return { PLAYWRIGHT_CHROMIUM: pathOf(given) };
  if (canInstallPackages()) {
    await installPackage(HEADLESS);
    return { PLAYWRIGHT_CHROMIUM: pathOf(HEADLESS) };
  }
  await step("Downloading Chromium with Playwright's installer", () =>
    run('playwright', ['install', 'chromium'], {
      hint: 'Chromium could not be downloaded. Install it by hand and put it on the PATH, or name it in PLAYWRIGHT_CHROMIUM.',
    }),
  );
  return {};
}
