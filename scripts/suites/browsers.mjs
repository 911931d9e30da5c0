// A sign-in with the browsers beside Chromium, as far as they can be had.
import { otherBrowsers } from '../machine/other-browsers.mjs';
import { testsOf } from './browser.mjs';

/** Installs them where they are missing, and runs the tests; `leftOut` where this machine can have none of them. */
export async function browsers() {
  const there = await otherBrowsers();
  return Object.keys(there).length > 0 ? testsOf('browsers', there) : { passed: 0, failed: 0, leftOut: true };
}
