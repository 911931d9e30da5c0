import { Browser } from '../fixtures/form-browser.ts';

/** Begins a session at a peer, and returns its cookie. */
export async function beginSession(url: string): Promise<string> {
  const browser = new Browser();
  await browser.open(`${url}/begin`);
  return browser.cookieHeader(`${url}/api/session`);
}
