import type { Page } from '@playwright/test';
import type { Store } from '../fixtures/backend.ts';
import { looksRight } from '../fixtures/looks.ts';
import type { Provider } from '../fixtures/provider.ts';
import { devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { signIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

// Pages about sessions: no accessibility rule broken, and a picture to look at if asked for.
test.use({ expectedFailures: ['401 /api/session', '401 /api/sessions', '403 /api/sessions'] });

interface Scene {
  store?: Store;
  settings?: Record<string, string>;
  /** Something floats above the page. */
  floats?: boolean;
  /** Leads there, from a browser in which nobody is signed in. */
  open: (stage: {
    page: Page;
    user: User;
    provider: Provider;
    atAnotherBrowser: (userAgent?: string) => Promise<User>;
  }) => Promise<unknown>;
}

const SCENES: Record<string, Scene> = {
  'sessions on the server': {
    store: 'sqlite',
    open: async ({ page, user, atAnotherBrowser }) => {
      const here = await withTwoSessions(page, user, atAnotherBrowser);
      await expect(here.sessions).toHaveCount(2);
    },
  },
  'twenty sessions': {
    store: 'sqlite',
    settings: { SESSION_MAX_PER_USER: '20' },
    open: async ({ page, user }) => {
      await user.signIn('ada');
      for (let others = 0; others < 19; others += 1) await signIn(new URL(page.url()).origin);
      const here = new SessionsPage(page);
      await here.open();
      await expect(here.sessions).toHaveCount(20);
      await page.setViewportSize({ width: 360, height: 800 });
      for (const row of await here.sessions.all()) expect((await row.boundingBox())?.height).toBeLessThan(150);
    },
  },
  'sessions in cookies': {
    open: async ({ page, user }) => {
      await user.signIn('ada');
      const here = new SessionsPage(page);
      await here.open();
      await expect(here.sessions).toHaveCount(1);
    },
  },
  'the question before a session ends': {
    store: 'sqlite',
    floats: true,
    open: async ({ page, user, atAnotherBrowser }) => {
      const here = await withTwoSessions(page, user, atAnotherBrowser);
      await here.button('End this session: Firefox on Windows').click();
      await expect(here.question('End this session?')).toBeVisible();
    },
  },
  'the way to a fresh sign-in': {
    floats: true,
    open: async ({ page, user, provider }) => {
      await provider.configure({ signInAge: 3600 });
      await user.signIn('ada');
      const here = new SessionsPage(page);
      await here.open();
      await here.ends('Sign out everywhere else');
      await expect(here.question('Sign in again first')).toBeVisible();
    },
  },
  'other sessions that were ended': {
    store: 'sqlite',
    open: async ({ page, user, atAnotherBrowser }) => {
      const here = await withTwoSessions(page, user, atAnotherBrowser);
      await here.ends('Sign out everywhere else');
      await expect(here.status).toBeVisible();
    },
  },
  'signed out everywhere': {
    open: async ({ page, user }) => {
      await user.signIn('ada');
      const here = new SessionsPage(page);
      await here.open();
      await here.ends('Sign out everywhere');
      await expect(page.getByRole('heading', { name: 'Your other sessions were ended' })).toBeVisible();
    },
  },
  'a session that ends soon': {
    floats: true,
    settings: { SESSION_IDLE_TIMEOUT: '59s' },
    open: async ({ page, user }) => {
      await user.signIn('ada');
      await expect(page.getByText('this is the idle timeout')).toBeVisible();
    },
  },
  'a session that cannot go on': {
    floats: true,
    settings: { SESSION_IDLE_TIMEOUT: '59s', SESSION_ABSOLUTE_TIMEOUT: '59s' },
    open: async ({ page, user }) => {
      await user.signIn('ada');
      await expect(page.getByText('This is the absolute timeout')).toBeVisible();
    },
  },
  'an account that has changed': {
    floats: true,
    open: async ({ page, user }) => {
      await user.signIn('ada');
      const other = await user.inAnotherTab();
      await other.page.goto('/api/auth/login?tenant_name=globex');
      await other.enterCredentials('grace');
      await expect(page.getByText('The account has changed.')).toBeVisible();
      await other.page.close();
    },
  },
  'a session that was ended for a newer one': {
    store: 'sqlite',
    settings: { SESSION_MAX_PER_USER: '1' },
    open: async ({ user, atAnotherBrowser }) => {
      await user.signIn('ada');
      await (await atAnotherBrowser()).signIn('ada');
      await user.isToldOfTheEnd('so this one, the least recently used, was ended');
    },
  },
};

async function withTwoSessions(page: Page, user: User, atAnotherBrowser: (userAgent?: string) => Promise<User>) {
  await (await atAnotherBrowser(devices['Firefox on Windows'])).signIn('ada');
  await user.signIn('ada');
  const here = new SessionsPage(page);
  await here.open();
  return here;
}

for (const [name, { store = 'cookie', settings = {}, floats = false, open }] of Object.entries(SCENES)) {
  test.describe(name, () => {
    test.use({ store, settings });

    test('looks right and is accessible', async ({ page, user, provider, atAnotherBrowser }, testInfo) => {
      test.slow();
      await open({ page, user, provider, atAnotherBrowser });
      await looksRight(page, name, testInfo, { fullPage: !floats });
    });
  });
}
