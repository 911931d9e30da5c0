import { spawn } from 'node:child_process';
import type { Store } from '../fixtures/backend.ts';
import { boundSessions, copiedCookies } from '../fixtures/device-binding.ts';
import { expect, test } from '../fixtures/test.ts';

/** The life of a bound cookie. Chromium signs six times in nine minutes at most, so a test lasts for few of them. */
const LIFE = '10s';

test.use({ connection: 'device-bound', settings: { DEVICE_BOUND_COOKIE_LIFETIME: LIFE } });

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

test('the command of the session page is refused after a while, and the page shows it', async ({ page, user }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await user.signInToTheSession('ada');
  await expect.poll(() => copiedCookies(page)).toContain('__Host-session-device=');
  await expect(page.getByText(/^Bound cookie of .+: copies stop working at/)).toBeVisible();

  await page.getByRole('button', { name: 'Copy the curl command' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const thief = spawn('sh', ['-c', command.replace('PASTE', await copiedCookies(page))], { detached: true });
  try {
    const printed: string[] = [];
    thief.stdout.on('data', (statuses) => printed.push(...String(statuses).trim().split('\n')));
    await expect.poll(() => printed).toContain('200');
    await expect(page.getByText(/GET \/api\/session was refused, because it did not prove this device/)).toBeVisible();
    await expect.poll(() => printed.at(-1)).toBe('401');
  } finally {
    // The shell, and what it has started.
    if (thief.pid) process.kill(-thief.pid);
  }
  const log = page.getByRole('list', { name: 'Requests' });
  await expect(log.getByText('Request refused: no proof of this device').first()).toBeVisible();
  await expect(log.getByText('Device proven, bound cookie set').nth(1)).toBeVisible();
  await page.reload();
  await user.seesTheSessionOf('ada');
});
