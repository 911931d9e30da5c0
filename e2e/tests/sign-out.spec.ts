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

  test('signing out leaves no cookie of the session', async ({ user }) => {
    await user.signIn('ada');
    expect(await user.sessionCookies()).not.toEqual([]);

    await user.signOut();
    expect(await user.sessionCookies()).toEqual([]);
  });

  test('the cookies from before signing out are worthless after it', async ({ page, user }) => {
    await user.signIn('ada');
    const stolen = await user.sessionCookies();
    await user.signOut();

    await user.putBack(stolen);
    expect(await user.sessionStatus()).toBe(401);

    await user.putBack(stolen);
    await page.reload();
    await user.isSignedOut();
  });

  test('signing out takes the refresh token away at the provider', async ({ user, provider, backend }) => {
    await user.signIn('ada');
    await user.signOut();

    await expect.poll(() => provider.requests('/api/v1/oauth2/revoke')).toBe(1);
    expect(backend.takeLog()).not.toMatch(/refresh token not revoked/);
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
