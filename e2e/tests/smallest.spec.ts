import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ program: 'smallest', expectedFailures: ['401 /me'] });

inEachOf(['cookie', 'redis'], () => {
  test('signs in, renews its tokens, and signs out here and at the provider', async ({ page, user, provider }) => {
    await provider.configure({ accessTokenTtl: 2 });
    await page.goto('/');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await user.enterCredentials('ada');
    await expect(page.getByText('Signed in as')).toBeVisible();

    await expect(async () => {
      await page.reload();
      expect(await provider.refreshes()).toBeGreaterThan(0);
    }).toPass();
    await expect(page.getByText('Signed in as')).toBeVisible();
    const cookies = await user.sessionCookies();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('Nobody is signed in')).toBeVisible();
    expect(await user.sessionCookies()).toEqual([]);
    await user.putBack(cookies);
    expect((await page.request.get('/me', { maxRetries: 1 })).status()).toBe(401);
    await page.context().clearCookies({ domain: 'localhost' });
    await page.getByRole('link', { name: 'Sign in' }).click();
    await user.isAskedForCredentials();
  });
});
