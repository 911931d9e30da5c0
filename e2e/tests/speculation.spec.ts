import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';

test.use({
  expectedFailures: ['401 /api/session', '503 /api/auth/logout', '503 /api/auth/login'],
  // The rules are a script within the page, which its policy forbids.
  bypassCSP: true,
});

/**
 * Lets the page ask its browser to fetch an address ahead of the user: what became of it. A prerender begins the same
 * way; browsers that are driven by a test do not prerender.
 */
async function prefetches(page: Page, address: string): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const outcome = new Promise<string>((resolve) => {
    devtools.on('Preload.prefetchStatusUpdated', ({ status, prefetchStatus }) => {
      if (['Failure', 'Success', 'Ready'].includes(status)) resolve(prefetchStatus);
    });
  });
  await devtools.send('Preload.enable');
  await page.evaluate((address) => {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ prefetch: [{ urls: [address], eagerness: 'immediate' }] });
    document.head.append(rules);
  }, address);
  return outcome;
}

test('a browser that is told to prefetch the sign-out signs nobody out', async ({ page, user }) => {
  await user.signIn('ada');
  // The answer is an error, so nothing is kept for later.
  expect(await prefetches(page, '/api/auth/logout')).toBe('PrefetchFailedNon2XX');
  expect(await user.sessionStatus()).toBe(200);

  await page.evaluate(() => location.assign('/api/auth/logout'));
  await user.isSignedOut();
  expect(await user.sessionStatus()).toBe(401);
});

test('a sign-in that was prefetched begins when it is opened', async ({ page, user }) => {
  const address = '/api/auth/login?tenant_name=acme&return_url=%2Fprofile';
  await page.goto('/');
  expect(await prefetches(page, address)).toBe('PrefetchFailedNon2XX');
  expect(await user.ownCookies()).toEqual([]);

  await page.evaluate((address) => location.assign(address), address);
  await user.enterCredentials('ada');
  await user.seesTheProfileOf('ada');
});
