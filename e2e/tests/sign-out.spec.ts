import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

inEachOf(['cookie', 'sqlite'], () => {
  test('after signing out the provider asks for credentials again', async ({ user }) => {
    await user.signIn('ada');
    await user.signOut();

    await user.chooseTenant('acme');
    await user.isAskedForCredentials();
  });

  test('signing out leaves no cookie and no refresh token; old cookies are worthless', async ({
    page,
    user,
    provider,
    backend,
  }) => {
    await user.signIn('ada');
    const stolen = await user.sessionCookies();
    expect(stolen).not.toEqual([]);

    await user.signOut();
    expect(await user.sessionCookies()).toEqual([]);
    await expect.poll(() => provider.requests('/api/v1/oauth2/revoke')).toBe(1);
    expect(backend.takeLog()).not.toMatch(/refresh token not revoked/);

    await user.putBack(stolen);
    expect(await user.sessionStatus()).toBe(401);

    await user.putBack(stolen);
    await page.reload();
    await user.isSignedOut();
  });

  test('Back after signing out says so, and leads nowhere by itself', async ({ page, user }) => {
    await user.signIn('ada');
    await user.signOut();
    await page.goBack();
    await expect(page).toHaveURL('/profile');
    await expect(
      page.getByRole('heading', { level: 1, name: /^(You are signed out|Your session has ended)$/ }),
    ).toBeVisible();
    await expect(page.getByText('ada@acme.example').filter({ visible: true })).toHaveCount(0);
    const signIn = page.getByRole('main').getByRole('link', { name: 'Sign in' });
    await expect(signIn).toHaveAttribute('href', /return_url=%2Fprofile/);
  });

  test('signing out in one browser leaves another signed in', async ({ user, atAnotherBrowser }) => {
    await user.signIn('ada');
    const elsewhere = await atAnotherBrowser();
    await elsewhere.signIn('ada');

    await user.signOut();

    await elsewhere.page.reload();
    await elsewhere.seesTheProfileOf('ada');
  });
});
