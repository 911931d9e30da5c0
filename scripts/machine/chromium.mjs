// The browser of the end-to-end tests.
import { existsSync } from 'node:fs';
import { capture, run, step } from '../run/command.mjs';
import { canInstallPackages, installPackage } from './debian.mjs';
import { isInstalled } from './prerequisites.mjs';

// Without a window to draw, the headless shell takes about half of the machine that the whole browser takes.
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Returns the environment that tells Playwright which browser to start: PLAYWRIGHT_CHROMIUM, else one on the PATH, else
 * the one Debian installs, else the one that Playwright downloads for itself.
 */
export async function chromium() {
  const given = process.env.PLAYWRIGHT_CHROMIUM ?? NAMES.find((name) => isInstalled(name));
  if (given) return { PLAYWRIGHT_CHROMIUM: await absolute(given) };
  if (canInstallPackages()) {
    await installPackage('chromium-headless-shell');
    return { PLAYWRIGHT_CHROMIUM: await absolute('chromium-headless-shell') };
  }
  await step("Downloading Chromium with Playwright's installer", () =>
    run('playwright', ['install', 'chromium'], {
      hint: 'Chromium could not be downloaded. Install it by hand and put it on the PATH, or name it in PLAYWRIGHT_CHROMIUM.',
    }),
  );
  return {};
}

async function absolute(command) {
  if (existsSync(command)) return command;
  const { output } = await capture('sh', ['-c', 'command -v "$1"', 'sh', command]);
  return output.trim();
}
