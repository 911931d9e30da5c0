import { expect, test } from '../fixtures/test.ts';
import { people } from '../fixtures/user.ts';

const PAGE = '/profile?tab=session#call';

test.describe('a session that ends while its page is open', () => {
  test.use({ expectedFailures: ['401 /api/session', '401 /api/profile'] });

  test('is said calmly, and signing in leads back to the page', async ({ page, user }) => {
    await user.signIn('ada');
    await page.goto(PAGE);
    const other = await user.inAnotherTab();
    await other.page.goto('/');
    await other.signOut();

    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeFocused();
    await expect(page).toHaveURL(PAGE);
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await user.enterCredentials('ada');
    await user.seesTheProfileOf('ada');
    await expect(page).toHaveURL(PAGE);
  });

  test('ends too when the provider takes the refresh token away', async ({ page, user, provider }) => {
    // Below the backend's buffer of 60 s: each call renews the token first.
    await provider.configure({ accessTokenTtl: 30 });
    await user.signIn('ada');
    await provider.revoke(people.ada.email);

    await user.callTheProfile();

    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeVisible();
    expect(await user.sessionStatus()).toBe(401);
  });
});
