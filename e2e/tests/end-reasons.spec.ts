import type { Backend, Store } from '../fixtures/backend.ts';
import { showsPictures } from '../fixtures/looks.ts';
import type { Provider } from '../fixtures/provider.ts';
import { devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import { people, type User } from '../fixtures/user.ts';

interface Stage {
  user: User;
  backend: Backend;
  provider: Provider;
  atAnotherBrowser: (userAgent?: string) => Promise<User>;
}

interface Ending {
  stores: readonly Store[];
  settings?: Record<string, string>;
  /** Seconds; by default they outlive the test. */
  accessTokenTtl?: number;
  says: string;
  /** Ends the session of a user who is signed in, or waits until it has ended. */
  end: (stage: Stage) => Promise<void>;
  /** True if the browser still has the session's cookie after the end. */
  leavesTheCookie: boolean;
  /** True if this tab says the reason again after a reload, even with sessions in cookies. */
  outlivesReload?: boolean;
}

const ENDINGS: Record<string, Ending> = {
  'a sign-out in another tab': {
    stores: ['cookie', 'sqlite'],
    says: 'You signed out in another tab of this browser.',
    end: async ({ user }) => {
      const other = await user.inAnotherTab();
      await other.page.goto('/');
      await other.signOut();
    },
    leavesTheCookie: false,
  },
  'an end of all sessions, asked for by this browser': {
    stores: ['cookie', 'sqlite'],
    says: 'You signed out in another tab of this browser.',
    end: async ({ user, backend }) => {
      const headers = { 'Sec-Fetch-Site': 'same-origin' };
      const ended = await user.page.request.delete(`${backend.url}/api/sessions?scope=all`, { headers });
      expect(ended.status()).toBe(204);
    },
    leavesTheCookie: true,
  },
  'another browser of the user': {
    stores: ['sqlite'],
    says: 'You ended it from another browser.',
    end: async ({ atAnotherBrowser }) => {
      const there = await sessionsAtAnotherBrowser(atAnotherBrowser);
      await there.sessions.filter({ hasNotText: 'This browser' }).getByRole('button').click();
      await there.question('End this session?').getByRole('button', { name: 'End this session' }).click();
      await expect(there.status).toHaveText('The session has ended.');
    },
    leavesTheCookie: true,
  },
  'a sign-out everywhere else': {
    stores: ['cookie', 'sqlite'],
    says: 'You signed out everywhere else from another browser.',
    end: async ({ atAnotherBrowser }) => {
      const there = await sessionsAtAnotherBrowser(atAnotherBrowser);
      await there.ends('Sign out everywhere else');
      await expect(there.status).toHaveText('All your other sessions have ended.');
    },
    leavesTheCookie: true,
  },
  'the limit of sessions': {
    stores: ['sqlite', 'redis'],
    settings: { SESSION_MAX_PER_USER: '1' },
    says: 'You signed in on too many devices, so this one, the least recently used, was ended.',
    end: async ({ atAnotherBrowser }) => (await atAnotherBrowser()).signIn('ada'),
    leavesTheCookie: true,
  },
  'the idle timeout': {
    stores: ['cookie', 'sqlite', 'redis'],
    settings: { SESSION_IDLE_TIMEOUT: '15s' },
    says: 'It was not used for a while: this is the idle timeout.',
    end: (stage) => untilItTimesOut(stage),
    leavesTheCookie: true,
    outlivesReload: true,
  },
  'the absolute timeout': {
    stores: ['cookie', 'sqlite'],
    settings: { SESSION_IDLE_TIMEOUT: '20s', SESSION_ABSOLUTE_TIMEOUT: '20s' },
    says: 'It has reached the absolute timeout, at which every session ends, used or not.',
    end: (stage) => untilItTimesOut(stage),
    // The browser drops it at the same time.
    leavesTheCookie: false,
    outlivesReload: true,
  },
  'a sign-out at the provider': {
    stores: ['cookie', 'sqlite'],
    says: 'You were signed out at the identity provider.',
    end: async ({ provider }) => {
      await provider.signOut(people.ada.email);
    },
    leavesTheCookie: true,
  },
  'a provider that refuses to renew the tokens': {
    stores: ['cookie', 'sqlite'],
    accessTokenTtl: 1,
    says: 'The identity provider refused to refresh its tokens.',
    end: async ({ user, backend, provider, atAnotherBrowser }) => {
      await provider.revoke(people.ada.email);
      const { page } = await holderOfTheSameCookies(user, atAnotherBrowser);
      const status = async () => (await page.request.get(`${backend.url}/api/profile`, { maxRetries: 1 })).status();
      await expect.poll(status).toBe(401);
    },
    leavesTheCookie: true,
  },
};

async function sessionsAtAnotherBrowser(atAnotherBrowser: Stage['atAnotherBrowser']): Promise<SessionsPage> {
  const other = await atAnotherBrowser(devices['Firefox on Windows']);
  await other.signIn('ada');
  const there = new SessionsPage(other.page);
  await there.open();
  return there;
}

/** The same session, of which the user's own browser hears nothing there. */
async function holderOfTheSameCookies(user: User, atAnotherBrowser: Stage['atAnotherBrowser']): Promise<User> {
  const copy = await atAnotherBrowser();
  await copy.putBack(await user.sessionCookies());
  return copy;
}

async function untilItTimesOut({ user, backend, atAnotherBrowser }: Stage): Promise<void> {
  const { page } = await holderOfTheSameCookies(user, atAnotherBrowser);
  const address = `${backend.url}/api/session?slide=false`;
  const status = async () => (await page.request.get(address, { maxRetries: 1 })).status();
  await expect.poll(status, { timeout: 60_000 }).toBe(401);
}

for (const [
  name,
  { stores, settings = {}, accessTokenTtl, says, end, leavesTheCookie, outlivesReload },
] of Object.entries(ENDINGS)) {
  test.describe(`ended by ${name}`, () => {
    test.use({
      settings,
      expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences', '401 /api/sessions'],
    });
    const title = leavesTheCookie
      ? 'an open page says why, and one that is opened afterwards'
      : 'an open page says why';

    inEachOf(stores, () => {
      test(title, async ({ page, user, backend, provider, atAnotherBrowser }, testInfo) => {
        if (accessTokenTtl) await provider.configure({ accessTokenTtl });
        await user.signInToTheSession('ada');
        const later = leavesTheCookie ? await holderOfTheSameCookies(user, atAnotherBrowser) : undefined;

        await end({ user, backend, provider, atAnotherBrowser });

        await user.isToldOfTheEnd(says);
        await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeFocused();
        await expect(page.getByRole('main').getByRole('link', { name: 'Sign in' })).toBeVisible();
        await expect(page.getByText('Your session ends in a minute.')).toBeHidden();
        await showsPictures(page, name, testInfo, { fullPage: false });
        if (outlivesReload) {
          await page.reload();
          await user.isToldOfTheEnd(says);
          await showsPictures(page, `${name} after a reload`, testInfo);
        }
        if (!later) return;
        await later.page.goto('/');
        await later.isSignedOut();
        await expect(later.page.getByRole('status').filter({ hasText: 'Your session has ended.' })).toContainText(says);
        await showsPictures(later.page, `${name} at home`, testInfo);
      });
    });
  });
}
