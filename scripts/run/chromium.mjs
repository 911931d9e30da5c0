// The Chromium of this machine, for npm and for `npx playwright test`.
import { spawnSync } from 'node:child_process';

/** Chromium without a window. Debian's package has the same name, and is half as large as the whole browser. */
export const HEADLESS = 'chromium-headless-shell';
const NAMES = [HEADLESS, 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Returns the path of Chromium: PLAYWRIGHT_CHROMIUM, or the first on the PATH that starts; else undefined. */
export function installedChromium() {
  const starts = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
  const name = process.env.PLAYWRIGHT_CHROMIUM || NAMES.find(starts);
  if (!name) return undefined;
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}
