import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import { people } from '../fixtures/user.ts';

const PAGE = '/profile?tab=session#call';

test.use({ expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences'] });

inEachOf(['cookie', 'sqlite', 'redis'], () => {
  test('a session that ends in another tab ends calmly, and what was typed outlives it', async ({ page, user }) => {
    await user.signIn('ada');
    await page.goto(PAGE);
    await page.getByLabel('Note').fill('Half a thought');
    const other = await user.inAnotherTab();
    await other.page.goto('/');
    await other.signOut();

    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeFocused();
    await expect(page.getByLabel('Note')).toHaveValue('Half a thought');
    await expect(page).toHaveURL(PAGE);
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await user.enterCredentials('ada');
    await user.seesTheProfileOf('ada');
    await expect(page).toHaveURL(PAGE);
    await expect(page.getByLabel('Note')).toHaveValue('Half a thought');
  });

  test('a session ends when the provider takes the refresh token away', async ({ page, user, provider }) => {
    await user.signIn('ada');
    // The page's own call is done: the next one is the user's.
    await expect(page.getByText('200, answered at')).toBeVisible();
    await provider.revoke(people.ada.email);

    await user.callTheProfile();
    await user.isToldOfTheEnd('The identity provider refused to refresh its tokens.');
    expect(await user.sessionStatus()).toBe(401);
  });
});

inEachOf(['cookie', 'sqlite'], () => {
  test('a session ends when the user is signed out at the provider', async ({ page, user, provider }) => {
    await user.signIn('ada');
    await provider.signOut(people.ada.email);
    // The open page, which nobody touches, shows it by itself.
    await user.isToldOfTheEnd('You were signed out at the identity provider.');
    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeFocused();
    expect(await user.sessionStatus()).toBe(401);
  });
});
