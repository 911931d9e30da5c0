import { createHash, X509Certificate } from 'node:crypto';
import type { Page } from '@playwright/test';
import { installedWholeChromium } from '../../scripts/run/chromium.mjs';
import type { Store } from '../fixtures/backend.ts';
import { test as base, expect } from '../fixtures/https.ts';

/** Keys in software, as this machine has no TPM, and no limit of refreshes; the limit of signatures stays. */
const FEATURES = [
  '--enable-features=DeviceBoundSessions,EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
  '--disable-features=DeviceBoundSessionsRefreshQuota',
];
/** The life of a bound cookie. Chromium signs six times in nine minutes at most, so a test lasts for few of them. */
const LIFE = '10s';

/** The application behind https, in a browser that binds sessions to its device. */
const test = base.extend({
  // Device binding works only with a certificate that the browser accepts.
  launchOptions: [
    async ({ certificate, launchOptions }, use) => {
      const key = new X509Certificate(certificate.cert).publicKey.export({ type: 'spki', format: 'der' });
      const hash = createHash('sha256').update(key).digest('base64');
      const accepted = `--ignore-certificate-errors-spki-list=${hash}`;
      const args = [...(launchOptions.args ?? []), accepted, ...FEATURES];
      const executablePath = installedWholeChromium();
      await use({ args, ...(executablePath ? { executablePath } : { channel: 'chromium' }) });
    },
    { scope: 'worker' },
  ],
});

test.use({
  settings: { DEVICE_BOUND_COOKIE_LIFETIME: LIFE },
  // A request that was under way while the browser bound the session is refused once; the page sends it again.
  expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences', '404 /favicon.ico'],
});

/** The number of sessions that the browser has bound. */
async function boundSessions(page: Page): Promise<number> {
  const browser = await page.context().newCDPSession(page);
  const sessions = new Promise<number>((resolve) => {
    browser.on('Network.deviceBoundSessionsAdded', ({ sessions }) => resolve(sessions.length));
  });
  await browser.send('Network.enableDeviceBoundSessions', { enable: true });
  const count = await sessions;
  await browser.detach();
  return count;
}

/** The cookies of the application, as malware copies them. */
async function copiedCookies(page: Page): Promise<string> {
  const cookies = await page.context().cookies(page.url());
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

for (const store of ['cookie', 'sqlite', 'redis'] satisfies Store[]) {
  test.describe(`with ${store}`, () => {
    test.use({ store });

    test('copied cookies stop working after a while', async ({ page, user, backend }) => {
      await user.signIn('ada');
      await expect.poll(() => boundSessions(page)).toBe(1);
      await expect.poll(() => copiedCookies(page)).toContain('__Host-session-device=');

      const cookie = await copiedCookies(page);
      // The page renews so short a life at each request, and Chromium signs six times in nine minutes at most.
      await page.goto('about:blank');
      const statusOfThief = async (path: string) => (await fetch(backend.url + path, { headers: { cookie } })).status;
      expect(await statusOfThief('/api/session')).toBe(200);
      await expect.poll(() => statusOfThief('/api/session')).toBe(401);
      for (const path of ['/api/profile', '/api/sessions', '/api/session/events']) {
        expect(await statusOfThief(path), path).toBe(401);
      }
    });

    test.describe('for ten minutes', () => {
      test.use({ settings: { DEVICE_BOUND_COOKIE_LIFETIME: '10m' } });

      test('the browser renews a bound cookie that has ended, and the user notices nothing', async ({ page, user }) => {
        await user.signIn('ada');
        await expect.poll(() => boundSessions(page)).toBe(1);
        await expect.poll(() => copiedCookies(page)).toContain('__Host-session-device=');
        await page.context().clearCookies({ name: '__Host-session-device' });
        await page.reload();
        await user.seesTheProfileOf('ada');
        expect(await copiedCookies(page)).toContain('__Host-session-device=');
      });

      test('a sign-out ends the bound session in the browser too', async ({ page, user }) => {
        await user.signIn('ada');
        await expect.poll(() => boundSessions(page)).toBe(1);
        await user.signOut();
        await expect.poll(() => boundSessions(page)).toBe(0);
        expect(await copiedCookies(page)).not.toContain('session');
      });

      test('a second tab, and a new sign-in over the session, work as before', async ({ page, user }) => {
        await user.signIn('ada');
        await expect.poll(() => boundSessions(page)).toBe(1);
        const tab = await user.inAnotherTab();
        await tab.page.goto('/profile');
        await tab.seesTheProfileOf('ada');
        await page.goto('/api/auth/login?tenant_name=acme&return_url=/profile&prompt=login');
        await user.enterCredentials('ada');
        await user.seesTheProfileOf('ada');
        // The browser forgets the previous one when its cookie ends.
        await expect.poll(() => boundSessions(page)).toBe(2);
        await page.reload();
        await user.seesTheProfileOf('ada');
      });
    });
  });
}
