import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import { User } from '../fixtures/user.ts';

// Pages of strangers ask for a session, too, and the browser logs the response.
test.use({ expectedFailures: ['401 /api/session', '400 /api/v1/oauth2/authorize'] });

inEachOf(['cookie', 'sqlite'], () => {
  test('signs in, shows who it is, keeps the session over a reload, signs out', async ({ page, user }) => {
    await user.signInFromTheHomePage('ada');
    await expect(page).toHaveURL('/session');

    await page.reload();
    await user.seesTheSessionOf('ada');

    await user.signOut();
    await expect(page).toHaveURL(/\/(signed-out\?.*)?$/);
  });

  test('comes back to a deep link, with its query and fragment', async ({ page, user }) => {
    const deepLink = '/profile?from=a%20letter&caf%C3%A9=1%2B1#call';
    await page.goto(deepLink);

    // Nobody told the tenant, so the provider asks for it.
    await page.getByLabel('Tenant').fill('acme');
    await page.getByRole('button', { name: 'Continue' }).click();
    await user.enterCredentials('ada');

    await user.seesTheProfileOf('ada');
    await expect(page).toHaveURL(deepLink);
  });
});

test('a browser that forbids storage shows every page, and signs in and out', async ({ page, user }) => {
  await page.addInitScript(() => {
    const get = () => {
      throw new DOMException('The user has forbidden it.', 'SecurityError');
    };
    Object.defineProperty(window, 'sessionStorage', { configurable: true, get });
  });
  await user.signInFromTheHomePage('ada');
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await user.seesTheProfileOf('ada');
  await user.signOut();
});

test('users of two tenants each see their own profile', async ({ user, atAnotherBrowser }) => {
  await user.signIn('alan');

  const { page } = await atAnotherBrowser();
  await page.goto('/');
  await page.getByRole('link', { name: 'Grace Hopper' }).click();
  await page.getByLabel('Password').fill('wristband');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await new User(page).seesTheSessionOf('grace');

  await user.page.reload();
  await user.seesTheProfileOf('alan');
});

test('cancelling at the provider ends on a page that says so', async ({ page, user }) => {
  await page.goto('/');
  await user.chooseTenant('acme');
  await page.getByRole('button', { name: 'Cancel' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Sign-in was refused' })).toBeVisible();
  await expect(page).toHaveURL(/\/login-error\?reason=access_denied/);

  await page.getByRole('link', { name: 'Try again' }).click();
  await user.enterCredentials('ada');
  await user.seesTheSessionOf('ada');
});

test('a mistyped tenant finds its way back from the provider', async ({ page, user }) => {
  await page.goto('/');
  await user.chooseTenant('acmee');
  await page.getByRole('link', { name: 'Go back to the application' }).click();
  await user.chooseTenant('acme');
  await user.enterCredentials('ada');
  await user.seesTheSessionOf('ada');
});
