import type { Page } from '@playwright/test';
import { looksRight } from '../fixtures/looks.ts';
import type { Provider } from '../fixtures/provider.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

// Each page, narrow and wide, light and dark: a picture to look at, and no accessibility rule broken.
test.use({ expectedFailures: ['401 /api/session', '401 /api/profile', '503 /api/profile'] });

async function ended(page: Page, user: User) {
  await user.signIn('ada');
  const other = await user.inAnotherTab();
  await other.page.goto('/');
  await other.signOut();
  await other.page.close();
  await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeVisible();
}

async function unavailable(page: Page, user: User, provider: Provider) {
  await provider.configure({ accessTokenTtl: 1 });
  await user.signInToTheSession('ada');
  await expect(page.getByText('renewed at the next call')).toBeVisible();
  await user.opensTheProfileOf('ada');
  await provider.fail({ path: '/api/v1/oauth2/token', status: 503, count: 1000 });
  // The token that opened the profile is good for half a second yet.
  await expect(async () => {
    await user.callTheProfile();
    await expect(page.getByRole('region', { name: 'Temporarily unavailable' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

const PAGES: Record<string, (page: Page, user: User, provider: Provider) => Promise<unknown>> = {
  'home of a stranger': async (page, user) => {
    await page.goto('/');
    await user.isSignedOut();
  },
  'home of somebody signed in': async (page, user) => {
    await user.signIn('ada');
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
  },
  profile: async (page, user) => {
    await user.signIn('ada');
    await expect(page.getByText('200, answered at')).toBeVisible();
  },
  session: async (page, user) => {
    await user.signInToTheSession('ada');
    await page.getByRole('button', { name: 'Send 50 requests' }).click();
    await expect(page.getByText('50 of 50 answered with 200')).toBeVisible();
  },
  'signed out': async (page) => {
    await page.goto('/signed-out?session=ended&tokens=revoking&provider=open');
    await expect(page.getByLabel('Tenant')).toBeVisible();
  },
  'still signed in': async (page, user) => {
    await user.signInToTheSession('ada');
    await page.goto('/signed-out?session=kept');
    await expect(page.getByRole('button', { name: 'Try to sign out again' })).toBeVisible();
  },
  'session ended': ended,
  'temporarily unavailable': unavailable,
  'login error': async (page) => {
    await page.goto('/login-error?reason=identity_provider_unavailable');
    await expect(page.getByRole('link', { name: 'Try again' })).toBeVisible();
  },
  'not found': async (page) => {
    await page.goto('/no/such/page');
    await expect(page.getByRole('heading', { level: 1, name: 'Page not found' })).toBeVisible();
  },
  'provider: sign in': async (page, user) => {
    await page.goto('/');
    await user.chooseTenant('acme');
    await user.isAskedForCredentials();
  },
  'provider: wrong password': async (page, user) => {
    await page.goto('/');
    await user.chooseTenant('acme');
    await page.getByLabel('Email').fill('ada@acme.example');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Email or password is wrong');
  },
  'provider: tenant': async (page) => {
    await page.goto('/profile');
    await expect(page.getByLabel('Tenant')).toBeVisible();
  },
};

for (const [name, open] of Object.entries(PAGES)) {
  test(`${name}: looks right and is accessible`, async ({ page, user, provider }, testInfo) => {
    // Four pictures and examinations of one page.
    test.slow();
    await open(page, user, provider);
    await looksRight(page, name, testInfo);
  });
}
