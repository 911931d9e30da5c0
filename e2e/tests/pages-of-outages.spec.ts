import { looksRight } from '../fixtures/looks.ts';
import { expect, test } from '../fixtures/test.ts';

// Pages in outages: no accessibility rule broken, and a picture to look at if asked for.
test.use({
  store: 'sqlite',
  expectedFailures: [
    '401 /api/session',
    '503 /api/session',
    '503 /api/profile',
    '503 /api/preferences',
    '503 /api/preferences',
    'ERR_INTERNET_DISCONNECTED /*',
    'ERR_CONNECTION_REFUSED /*',
    'ERR_CONNECTION_RESET /*',
  ],
});

const PAGES = ['/', '/session', '/profile', '/sessions', '/sessions?end=all'];

for (const outage of ['offline', 'backend down']) {
  test(`${outage}: every page looks right and is accessible`, async ({ page, context, user, backend }, testInfo) => {
    test.slow();
    await user.signInToTheSession('ada');
    for (const address of PAGES) {
      await test.step(address, async () => {
        await page.goto(address);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (outage === 'offline') await context.setOffline(true);
        else await backend.stop();
        await expect(page.getByText(/Retrying in/)).toBeVisible();
        const action = page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere', exact: true });
        if (address.endsWith('?end=all')) {
          await action.click();
          await expect(page.getByRole('alert')).toBeVisible();
        }
        await looksRight(page, `${address} ${outage}`, testInfo, { fullPage: false });
        if (outage === 'offline') await context.setOffline(false);
        else await backend.start();
      });
    }
  });
}

test('a stranger who cannot sign in offline: looks right and is accessible', async ({ page, context }, testInfo) => {
  test.slow();
  await page.goto('/');
  const ada = page.getByRole('link', { name: /Ada Lovelace/ });
  await expect(ada).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(/Retrying in/)).toBeVisible();
  await ada.click();
  await expect(page.getByRole('alert')).toContainText('Sign-in did not start.');
  await looksRight(page, 'stranger offline', testInfo, { fullPage: false });
});

test('a sign-out that is not possible: looks right and is accessible', async ({ page, context, user }, testInfo) => {
  test.slow();
  await user.signInToTheSession('ada');
  await context.setOffline(true);
  await expect(page.getByText(/Retrying in/)).toBeVisible();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('You were not signed out.');
  await looksRight(page, 'sign-out offline', testInfo, { fullPage: false });
});

test('opened while the provider is down: looks right and is accessible', async ({ page, user, provider }, testInfo) => {
  test.slow();
  await provider.configure({ accessTokenTtl: 1 });
  await user.signInToTheSession('ada');
  await provider.stop();
  for (const address of ['/', '/profile']) {
    // Tokens that were renewed just before are good for a request.
    await expect(async () => {
      await page.goto(address);
      await expect(page.getByText(/Retrying in/)).toBeVisible({ timeout: 5_000 });
    }).toPass();
    await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible();
    await looksRight(page, `${address} provider down`, testInfo, { fullPage: false });
  }
});
