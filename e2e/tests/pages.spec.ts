import type { Page } from '@playwright/test';
import { looksRight } from '../fixtures/looks.ts';
import type { Provider } from '../fixtures/provider.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

// Each page, narrow and wide, light and dark: no accessibility rule broken, and a picture to look at if asked for.
test.use({
  expectedFailures: [
    '401 /api/session',
    '401 /api/profile',
    '401 /api/preferences',
    '401 /api/preferences',
    '503 /api/profile',
    '503 /api/preferences',
    '503 /api/preferences',
    '503 /api/session',
    '404 /no/such/page',
  ],
});

async function ended(page: Page, user: User) {
  await page.goto('/profile');
  await user.seesTheProfileOf('ada');
  const other = await user.inAnotherTab();
  await other.page.goto('/');
  await other.signOut();
  await other.page.close();
  await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeVisible();
}

async function unavailable(_page: Page, user: User, provider: Provider) {
  await provider.configure({ accessTokenTtl: 1 });
  await user.signInToTheSession('ada');
  await user.opensTheProfileOf('ada');
  await provider.fail({ path: '/api/v1/oauth2/token', status: 503, count: 1000 });
  await user.findsTheProviderUnavailable();
}

type Opens = (page: Page, user: User) => Promise<unknown>;

const OF_STRANGERS: Record<string, Opens> = {
  home: async (page, user) => {
    await page.goto('/');
    await user.isSignedOut();
  },
  'home with the tenant': async (page) => {
    await page.getByText('Use another tenant').click();
    await expect(page.getByLabel('Tenant')).toBeVisible();
  },
  'signed out': async (page) => {
    await page.goto('/signed-out?session=ended&tokens=revoking&provider=open');
    await expect(page.getByRole('link', { name: /Ada Lovelace/ })).toBeVisible();
  },
  'login error': async (page) => {
    await page.goto('/login-error?reason=identity_provider_unavailable');
    await expect(page.getByRole('link', { name: 'Try again' })).toBeVisible();
  },
  'not found': async (page) => {
    await page.goto('/no/such/page');
    await expect(page.getByRole('heading', { level: 1, name: 'Page not found' })).toBeVisible();
  },
  'provider: tenant': async (page) => {
    await page.goto('/profile');
    await expect(page.getByLabel('Tenant')).toBeVisible();
  },
  'provider: sign in': async (page, user) => {
    await page.goto('/');
    await user.chooseTenant('acme');
    await user.isAskedForCredentials();
  },
  'provider: wrong password': async (page) => {
    await page.getByLabel('Email').fill('ada@acme.example');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Email or password is wrong');
  },
};

const OF_SIGNED_IN: Record<string, Opens> = {
  session: async (page, user) => {
    await user.signInToTheSession('ada');
    await page.getByRole('button', { name: 'Send 50 requests' }).click();
    await expect(page.getByText('50 succeeded, in')).toBeVisible();
  },
  profile: async (page, user) => {
    await user.opensTheProfileOf('ada');
    await expect(page.getByText('200, answered at')).toBeVisible();
  },
  home: async (page) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
  },
  'still signed in': async (page) => {
    await page.goto('/signed-out?session=kept');
    await expect(page.getByRole('button', { name: 'Try to sign out again' })).toBeVisible();
  },
  'session ended': ended,
};

for (const [who, pages] of Object.entries({ strangers: OF_STRANGERS, 'somebody signed in': OF_SIGNED_IN })) {
  test(`the pages of ${who} look right and are accessible`, async ({ page, user }, testInfo) => {
    test.slow();
    for (const [name, open] of Object.entries(pages)) {
      await test.step(name, async () => {
        await open(page, user);
        await looksRight(page, `${who} ${name}`, testInfo);
      });
    }
  });
}

test('temporarily unavailable: looks right and is accessible', async ({ page, user, provider }, testInfo) => {
  test.slow();
  await unavailable(page, user, provider);
  await looksRight(page, 'temporarily unavailable', testInfo);
});
