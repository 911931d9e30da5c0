import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences'] });

inEachOf(['cookie', 'sqlite'], () => {
  // The second sign-in ends the session of the first, which may just be asking for something.
  test('two tabs that sign in at the same time both arrive', async ({ page, user }) => {
    const other = await user.inAnotherTab();
    for (const tab of [user, other]) {
      await tab.page.goto('/');
      await tab.chooseTenant('acme');
      await tab.isAskedForCredentials();
    }

    await Promise.all([user.enterCredentials('ada'), other.enterCredentials('ada')]);

    for (const tab of [user, other]) {
      await tab.seesTheSessionOf('ada');
      await tab.page.reload();
      await tab.seesTheSessionOf('ada');
    }
    await expect(page).toHaveURL('/session');
  });

  test('a tab whose session has ended goes on when another tab signs in', async ({ page, user }) => {
    await user.signIn('ada');
    await page.getByLabel('Note').fill('Half a thought');
    const other = await user.inAnotherTab();
    await other.page.goto('/');
    await other.signOut();
    await user.isToldOfTheEnd();

    await other.signIn('ada');

    await user.seesTheProfileOf('ada');
    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeHidden();
    await expect(page.getByLabel('Note')).toHaveValue('Half a thought');
    await user.callTheProfile();
    await expect(page.getByText('200, answered at')).toBeVisible();
  });

  test('another user who signs in in another tab is shown, and nothing of the first', async ({ page, user }) => {
    await user.signIn('ada');
    await page.getByLabel('Note').fill('For my eyes only');
    const other = await user.inAnotherTab();
    await other.page.goto('/api/auth/login?tenant_name=globex&return_url=/profile');
    await other.enterCredentials('grace');
    await other.seesTheProfileOf('grace');

    await expect(page.getByText('The account has changed.')).toBeVisible();
    await user.seesTheProfileOf('grace');
    await expect(page.getByLabel('Note')).toHaveValue('');
    await expect(page.getByText('200, answered at')).toBeVisible();
    expect(await page.content()).not.toMatch(/ada@acme|Lovelace|eyes only/);

    await page.getByRole('button', { name: 'OK' }).click();
    await expect(page.getByText('The account has changed.')).toBeHidden();
    await expect(other.page.getByText('The account has changed.')).toBeHidden();
  });
});
