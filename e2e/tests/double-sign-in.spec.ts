import type { Page } from '@playwright/test';
import { DelayedFront } from '../fixtures/delayed-front.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

/** Each browser signs in this often in both of its tabs at once; more often when asked for: DOUBLE_SIGN_INS=100 */
const ROUNDS = Number(process.env.DOUBLE_SIGN_INS ?? 3);
const BROWSERS = 3;
const LONGEST_DELAY = 350;

const SIGN_IN = '/api/auth/login?tenant_name=acme&return_url=/session';
const SIGN_IN_ONLY = '/api/auth/login?tenant_name=acme&return_url=/healthz';

test.use({
  settings: { SESSION_MAX_PER_USER: '100' },
  expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences', '404 /favicon.ico'],
  // Twenty pages with everything they do take more of the machine than the test.
  trace: 'off',
});

inEachOf(['cookie', 'sqlite', 'redis'], () => {
  test('many double sign-ins with late answers sign nobody out in either tab', async ({
    backend,
    addNode,
    atAnotherBrowser,
  }) => {
    test.setTimeout(600_000);
    // Browsers talk to the front, which forwards to a backend at an address that nobody else knows.
    const node = await addNode();
    await backend.stop();
    const front = new DelayedFront({ target: node.url, most: LONGEST_DELAY });
    await front.start(Number(new URL(backend.url).port));
    try {
      const users: User[] = [];
      for (let count = 0; count < BROWSERS; count += 1) {
        const user = await atAnotherBrowser();
        await user.signInToTheSession('ada');
        users.push(user);
      }
      const lost = await Promise.all(users.map((user) => signsInTwice(user, backend.url)));
      expect(lost.flat()).toEqual([]);
    } finally {
      await front.stop();
    }
  });
});

/** Signs in in two tabs at once, again and again; tells in which round somebody was signed out. */
async function signsInTwice(user: User, appUrl: string): Promise<string[]> {
  const tabs = [user, await user.inAnotherTab()];
  await Promise.all(tabs.map(({ page }) => page.goto(SIGN_IN)));
  const lost = await whoIsSignedOut(tabs, appUrl);
  // From now on both tabs stay open and ask who is signed in, while two others sign in; those end on an address that
  // costs little.
  const others = [await user.inAnotherTab(), await user.inAnotherTab()];
  for (let round = 2; round <= ROUNDS && lost.length === 0; round += 1) {
    await Promise.all([
      ...others.map(({ page }) => page.goto(SIGN_IN_ONLY)),
      ...tabs.map(({ page }) => asksOftenWhoIsSignedIn(page)),
    ]);
    lost.push(...(await whoIsSignedOut(tabs, appUrl)).map((tab) => `round ${round}: ${tab}`));
  }
  await user.page.context().close();
  return lost;
}

async function whoIsSignedOut(tabs: User[], appUrl: string): Promise<string[]> {
  const lost = [];
  for (const tab of tabs) {
    const headings = tab.page.getByRole('heading', { level: 1 });
    await expect(headings.first()).toBeVisible();
    const status = await tab.sessionStatus(appUrl);
    const titles = await headings.allTextContents();
    if (status !== 200 || titles.join() !== 'Your session') lost.push(`${status}, ${titles}, ${tab.page.url()}`);
  }
  return lost;
}

/** As often as tabs can: whenever the window gets the focus. */
function asksOftenWhoIsSignedIn(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let count = 0; count < 6; count += 1) {
      window.dispatchEvent(new Event('focus'));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  });
}
