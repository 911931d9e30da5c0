import { expect, test } from '../fixtures/test.ts';

const TOKEN_ENDPOINT = '/api/v1/oauth2/token';

test.describe('a provider that cannot be reached at sign-in', () => {
  test.use({ expectedFailures: ['401 /api/session'] });

  test('leads to a page whose "Try again" works once it is back', async ({ page, user, provider, backend }) => {
    // A backend that has never talked to the provider.
    await backend.stop();
    await provider.stop();
    await backend.start();
    await page.goto('/');
    await user.chooseTenant('acme');

    await expect(page.getByRole('heading', { level: 1, name: 'The identity provider is unavailable' })).toBeVisible();
    await expect(page).toHaveURL(/\/login-error\?reason=identity_provider_unavailable/);

    await provider.start();
    await page.getByRole('link', { name: 'Try again' }).click();
    await user.enterCredentials('ada');
    await user.seesTheSessionOf('ada');
  });

  test('leads there also when it fails after the credentials', async ({ page, user, provider }) => {
    await page.goto('/');
    await user.chooseTenant('acme');
    // A code can be used once, so nothing is tried again by itself.
    await provider.fail({ path: TOKEN_ENDPOINT, status: 503, count: 1 });
    await user.enterCredentials('ada');

    await expect(page).toHaveURL(/\/login-error\?reason=identity_provider_unavailable/);

    // The provider knows the user by now: no credentials again.
    await page.getByRole('link', { name: 'Try again' }).click();
    await user.seesTheSessionOf('ada');
  });
});

test.describe('while somebody is signed in', () => {
  test.use({
    expectedFailures: [
      '401 /api/session',
      '503 /api/profile',
      '503 /api/preferences',
      'ERR_CONNECTION_REFUSED /api/profile',
      'ERR_CONNECTION_REFUSED /api/preferences',
      // The page asks when its event stream breaks off.
      'ERR_CONNECTION_REFUSED /api/session',
      // A request that is under way when the backend stops.
      'ERR_CONNECTION_RESET /api/:any',
      // The same behind a front that is up.
      'ERR_EMPTY_RESPONSE /api/:any',
    ],
  });

  test('a failing provider is "temporarily unavailable", and the page recovers by itself', async ({
    page,
    user,
    provider,
  }) => {
    await provider.configure({ accessTokenTtl: 1 });
    await user.signInToTheSession('ada');
    await provider.fail({ path: TOKEN_ENDPOINT, status: 503, count: 1000 });
    await page.getByRole('link', { name: 'Profile', exact: true }).click();

    await user.findsTheProviderUnavailable();

    const notice = page.getByRole('region', { name: 'Temporarily unavailable' });
    // A restart ends the fault, and keeps everybody signed in.
    await provider.stop();
    await provider.start();
    await expect(notice).toBeHidden();
    await expect(page.getByText('200, answered at')).toBeVisible();
    await expect(page).toHaveURL('/profile');
  });

  test('a backend that is down is "temporarily unavailable", and the session outlives it', async ({
    page,
    user,
    backend,
  }) => {
    await user.signIn('ada');
    await expect(page.getByText('200, answered at')).toBeVisible();
    await backend.stop();

    await user.callTheProfile();

    const notice = page.getByRole('region', { name: 'Temporarily unavailable' });
    await expect(notice).toBeVisible();
    await backend.start();
    await expect(notice).toBeHidden();
    await page.reload();
    await user.seesTheProfileOf('ada');
  });
});
