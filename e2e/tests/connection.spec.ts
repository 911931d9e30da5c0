import type { Page } from '@playwright/test';
import { showsPictures } from '../fixtures/looks.ts';
import { expect, test } from '../fixtures/test.ts';

// One bar tells of an outage, on every page, long before the next time that a page asks by itself.
test.use({
  expectedFailures: [
    '401 /api/session',
    '404 /no/such/page',
    'ERR_INTERNET_DISCONNECTED /api/session',
    'ERR_INTERNET_DISCONNECTED /api/profile',
    'ERR_INTERNET_DISCONNECTED /api/preferences',
    'ERR_INTERNET_DISCONNECTED /api/sessions',
    'ERR_CONNECTION_REFUSED /api/session',
    'ERR_CONNECTION_RESET /api/session',
    // A connection that was kept open, and that the backend has closed a moment before.
    'ERR_SOCKET_NOT_CONNECTED /api/session',
    'ERR_CONNECTION_REFUSED /api/sessions',
    'ERR_CONNECTION_REFUSED /api/profile',
    'ERR_CONNECTION_REFUSED /api/preferences',
    '503 /api/session',
    '503 /api/profile',
    '503 /api/preferences',
    '503 /api/preferences',
    '503 /api/sessions',
    // The whole browser asks for them when it has the time, the headless shell never.
    'ERR_INTERNET_DISCONNECTED /favicon.:type',
    'ERR_CONNECTION_REFUSED /favicon.:type',
  ],
});

const SIGNED_IN = {
  '/': 'User sessions with Actix Web and React',
  '/session': 'Your session',
  '/profile': 'Ada',
  '/sessions': 'Your devices',
};
const STRANGERS = {
  '/': 'User sessions with Actix Web and React',
  '/signed-out?session=ended': 'You are signed out',
  '/login-error?reason=access_denied': 'Sign-in was refused',
  '/no/such/page': 'Page not found',
};

const bar = (page: Page) => page.getByRole('banner').getByText(/Retrying in/);

async function opens(page: Page, address: string, heading: string) {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

test('every page tells of a backend that is down, until it is back', async ({ page, user, backend }, testInfo) => {
  test.slow();
  await user.signInToTheSession('ada');
  for (const [address, heading] of Object.entries(SIGNED_IN)) {
    await page.goto('about:blank');
    const listens = page.waitForResponse('**/api/session/events');
    await opens(page, address, heading);
    await listens;
    await backend.stop();
    await expect(bar(page), address).toContainText('Can’t reach the server. You’re still signed in. Retrying in');
    await showsPictures(page, `${address} backend down`, testInfo, { fullPage: false });
    await backend.start();
    await expect(bar(page), address).toBeHidden();
    expect(await user.sessionStatus()).toBe(200);
  }
});

for (const [who, addresses] of Object.entries({ 'somebody signed in': SIGNED_IN, 'a stranger': STRANGERS })) {
  test(`offline, every page of ${who} says so, until the network is back`, async ({
    page,
    context,
    user,
  }, testInfo) => {
    test.slow();
    if (addresses === SIGNED_IN) await user.signInToTheSession('ada');
    for (const [address, heading] of Object.entries(addresses)) {
      await opens(page, address, heading);
      await page.waitForLoadState('networkidle');
      await context.setOffline(true);
      await expect(bar(page), address).toContainText(/^You’re offline\./);
      expect(await bar(page).textContent()).toMatch(addresses === SIGNED_IN ? /still signed in/ : /^((?!signed).)*$/);
      await showsPictures(page, `${address} offline`, testInfo, { fullPage: false });
      await context.setOffline(false);
      await expect(bar(page), address).toBeHidden();
    }
  });
}

test('the experiment does not count answers that nobody gave', async ({ page, user, backend }) => {
  await user.signInToTheSession('ada');
  await backend.stop();
  await page.getByRole('button', { name: 'Send 50 requests' }).click();
  await expect(page.getByText('Can’t reach the server. No request succeeded.')).toBeVisible();
  await expect(page.getByText('succeeded, in')).toHaveCount(0);
});

test.describe('while the provider is down and the access token has expired', () => {
  test('menu and sign-out stay, the provider is named, and the sign-out works', async ({
    page,
    user,
    provider,
  }, testInfo) => {
    await provider.configure({ accessTokenTtl: 3 });
    await user.signInToTheSession('ada');
    await provider.stop();
    await expect(page.getByRole('region', { name: 'Time left' }).getByText('the next request renews it')).toBeVisible();
    await page.goto('/profile');
    await expect(bar(page)).toContainText(
      'The identity provider is unavailable. You’re still signed in, not verified since',
    );
    await expect(page.getByText('The server can’t be reached')).toHaveCount(0);
    for (const name of ['Session', 'Devices', 'Profile']) {
      await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
    }
    for (const name of ['Session', 'Devices', 'Profile']) {
      await page.getByRole('link', { name, exact: true }).click();
      await expect(bar(page)).toContainText('not verified since');
      await showsPictures(page, `${name} provider down`, testInfo, { fullPage: false });
    }

    // On a phone, what is behind the bar can be scrolled into sight.
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out here' }).click({ trial: true, timeout: 10_000 });

    // The last step of the sign-out leads to the provider, which is down; the session has ended before it.
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect.poll(() => user.sessionCookies()).toEqual([]);
  });
});
