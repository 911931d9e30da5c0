// The Chromium of this machine, for npm and for `npx playwright test`.
import { spawnSync } from 'node:child_process';

/** Chromium without a window. Debian's package has the same name, and is half as large as the whole browser. */
export const HEADLESS = 'chromium-headless-shell';
/** The whole browser, by Debian's name for it. */
export const WHOLE = 'chromium';
const NAMES = [HEADLESS, WHOLE, 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Returns the path of Chromium: PLAYWRIGHT_CHROMIUM, or the first on the PATH that starts; else undefined. */
export function installedChromium() {
  return pathOf(process.env.PLAYWRIGHT_CHROMIUM || NAMES.find(starts));
}

/** The same, but never the headless shell, which cannot bind sessions to a device. */
export function installedWholeChromium() {
  const names = [process.env.PLAYWRIGHT_CHROMIUM, ...NAMES].filter((name) => name && !name.includes('headless'));
  return pathOf(names.find(starts));
}

function starts(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

function pathOf(name) {
  if (!name) return undefined;
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}
