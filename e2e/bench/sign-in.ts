/** Sessions to measure with. */
import { Browser, type Page } from '../sdk-conformance/browser.ts';

export interface SignedIn {
  /** What `GET /api/session` answered. */
  page: Page;
  /** What the browser sends as its Cookie header. */
  cookie: string;
}

/** Signs a test user in at a backend, through the provider. */
export async function signIn(url: string): Promise<SignedIn> {
  const browser = new Browser();
  const form = await browser.open(`${url}/api/auth/login?tenant_name=acme`);
  await browser.submit(form, { email: 'ada@acme.example', password: 'wristband' });
  const page = await browser.open(`${url}/api/session`);
  if (page.status !== 200) throw new Error(`not signed in: ${page.status} ${page.body}`);
  return { page, cookie: browser.cookieHeader(page.url.href) };
}

/** Begins a session at a peer, and returns its cookie. */
export async function beginSession(url: string): Promise<string> {
  const browser = new Browser();
  await browser.open(`${url}/begin`);
  return browser.cookieHeader(`${url}/api/session`);
}
