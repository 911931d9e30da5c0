import type { BrowserContext, Locator, Page } from '@playwright/test';
import { type Outcome, SCENES } from '../fixtures/actions.ts';
import { devices } from '../fixtures/sessions-page.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

// Every action of every page, offline: it says at once that it did not work, or needs no server; and nothing of it is
// sent once the browser is online again.
test.use({
  store: 'sqlite',
  expectedFailures: [
    '401 /api/session',
    '404 /no/such/page',
    'ERR_INTERNET_DISCONNECTED /api/session',
    'ERR_INTERNET_DISCONNECTED /api/sessions',
    'ERR_INTERNET_DISCONNECTED /api/sessions/:handle',
    'ERR_INTERNET_DISCONNECTED /api/profile',
    'ERR_INTERNET_DISCONNECTED /api/admin/node',
    'ERR_INTERNET_DISCONNECTED /api/preferences',
    'ERR_INTERNET_DISCONNECTED /api/payments',
    // The whole browser asks for them when it has the time, the headless shell never.
    'ERR_INTERNET_DISCONNECTED /favicon.:type',
  ],
});

for (const [name, { address, isSignedIn, first, actions }] of Object.entries(SCENES)) {
  test(`${name}: offline, no action is lost without a word or done later`, async ({
    page,
    context,
    user,
    atAnotherBrowser,
  }) => {
    test.slow();
    if (isSignedIn) {
      if (address.startsWith('/sessions')) await isAlsoAt(atAnotherBrowser);
      await user.signInToTheSession('ada');
    }
    const sent = watchActions(page);
    let isOpen = false;
    const opensOffline = async () => {
      if (isOpen) await isOnlineAgain(page, context);
      isOpen = true;
      await page.goto(address);
      await first?.(page);
      await isFilled(page, Object.keys(actions));
      await context.setOffline(true);
      await isToldOffline(page);
    };
    for (const [action, outcome] of inOrder(actions)) {
      await test.step(action, async () => {
        if (!isOpen || !(await canTellWhatItDoes(page, action, outcome))) await opensOffline();
        await does(page, action, outcome);
      });
    }
    await isOnlineAgain(page, context);
    expect(sent, 'no action reached the server').toEqual([]);
    if (isSignedIn) expect(await user.sessionStatus()).toBe(200);
  });
}

/** Actions that lead to another page come last: a page that was left has forgotten something. */
function inOrder(actions: Record<string, Outcome>): [string, Outcome][] {
  const leads = ([, outcome]: [string, Outcome]) => typeof outcome === 'object' && 'heading' in outcome;
  const all = Object.entries(actions);
  return [...all.filter((one) => !leads(one)), ...all.filter(leads)];
}

async function isAlsoAt(atAnotherBrowser: (userAgent?: string) => Promise<User>) {
  const other = await atAnotherBrowser(devices['Firefox on Windows']);
  await other.signInToTheSession('ada');
  await other.page.close();
}

/** Collects what was sent that changes something. */
function watchActions(page: Page): string[] {
  const sent: string[] = [];
  page.on('response', (response) => {
    const request = response.request();
    const { pathname } = new URL(request.url());
    if (request.method() !== 'GET' || pathname.startsWith('/api/auth/')) sent.push(`${request.method()} ${pathname}`);
  });
  return sent;
}

/** Everything that can be pressed or filled in has its line in the table, and the other way round. */
async function isFilled(page: Page, actions: string[]) {
  await expect
    .poll(() => namesOfActions(page), { message: 'the table names every action of the page, and no other' })
    .toEqual([...actions].toSorted());
}

async function namesOfActions(page: Page): Promise<string[]> {
  const dialog = page.getByRole('dialog');
  const place = (await dialog.count()) > 0 ? dialog : page.locator('body');
  const names = await place
    .locator('a[href]:not(.source-link), button, summary, input, textarea, select')
    .evaluateAll((all) =>
      all.map((it) => {
        const named = it.matches('input, textarea, select') ? (it.closest('label') ?? it) : it;
        return (it.getAttribute('aria-label') ?? (named as HTMLElement).innerText).replaceAll(/\s+/g, ' ').trim();
      }),
    );
  return names.filter((name) => !/^docs\/|\.(rs|tsx?|md)$/.test(name)).toSorted();
}

async function isToldOffline(page: Page) {
  await expect(page.getByRole('button', { name: 'Try now', includeHidden: true })).toBeVisible();
}

function targetOf(page: Page, action: string): Locator {
  return page
    .getByRole('link', { name: action, exact: true })
    .or(page.getByRole('button', { name: action, exact: true }))
    .or(page.getByLabel(action, { exact: true }))
    .or(page.locator('summary').filter({ hasText: new RegExp(`^${action.replace(/[()/]/g, '.')}$`) }))
    .filter({ visible: true });
}

/** Resolves to true if the page still has the action, and does not show its result yet. */
async function canTellWhatItDoes(page: Page, action: string, outcome: Outcome): Promise<boolean> {
  if ((await targetOf(page, action).count()) === 0) return false;
  return !(outcome instanceof RegExp) || (await page.getByText(outcome).filter({ visible: true }).count()) === 0;
}

async function does(page: Page, action: string, outcome: Outcome) {
  const target = targetOf(page, action).last();
  if (outcome === 'elsewhere') {
    await expect(target).toHaveAttribute('target', '_blank');
    return;
  }
  const heading = page.locator('h1');
  const before = { address: page.url(), heading: await heading.innerText() };
  const isField = await target.evaluate((it) => it.matches('input:not([type=radio]), textarea'));
  if (isField) await target.fill('Half a thought');
  else if (action === 'Skip to content') await target.press('Enter');
  else await target.click();
  if (outcome === 'here') await isToldOffline(page);
  else if (outcome instanceof RegExp)
    await expect(page.getByText(outcome).filter({ visible: true })).not.toHaveCount(0);
  else {
    await expect(heading).toHaveText(outcome.heading);
    if (page.url() !== before.address) await page.goBack();
    await expect(heading).toHaveText(before.heading);
  }
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  if (action !== 'Cancel' && (await cancel.isVisible())) await cancel.click();
  await expect(cancel, 'the dialog is closed').toBeHidden();
}

/** And long enough for whatever waited for that. */
async function isOnlineAgain(page: Page, context: BrowserContext) {
  const answered = page.waitForResponse('**/api/session?slide=false');
  await context.setOffline(false);
  await answered;
  await expect(page.getByRole('button', { name: 'Try now' })).toHaveCount(0);
}

test('an ending that was cancelled offline is not carried out later', async ({ page, context, user }) => {
  await user.signInToTheSession('ada');
  await page.goto('/sessions?end=all');
  const dialog = page.getByRole('dialog', { name: 'Sign out everywhere?' });
  await expect(dialog).toBeVisible();
  await context.setOffline(true);
  await dialog.getByRole('button', { name: 'Sign out everywhere', exact: true }).click();
  await expect(dialog.getByRole('alert')).toHaveText('You’re offline. Nothing was ended.');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await isOnlineAgain(page, context);
  expect(await user.sessionStatus()).toBe(200);
});

test('a note outlives a sign-out that did not work, and no other', async ({ page, context, user }) => {
  await user.signIn('ada');
  const note = page.getByLabel('Note');
  await note.fill('Half a thought');
  await context.setOffline(true);
  await isToldOffline(page);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('You’re offline. You were not signed out.');
  await isOnlineAgain(page, context);
  await page.reload();
  await user.seesTheProfileOf('ada');
  await expect(note).toHaveValue('Half a thought');

  await user.signOut();
  await user.signIn('ada');
  await expect(note).toHaveValue('');
});

test('a note outlives a sign-out whose server is gone', async ({ page, user, backend }) => {
  await user.signIn('ada');
  const note = page.getByLabel('Note');
  await note.fill('Half a thought');
  // Before the page can know of it.
  await page.route('**/api/auth/logout', (route) => route.abort('connectionrefused'));
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/chrome-error/);
  await page.goto(`${backend.url}/profile`);
  await user.seesTheProfileOf('ada');
  await expect(note).toHaveValue('Half a thought');
});

for (const [address, words] of Object.entries({
  '/profile': 'You’re offline. You are still signed in.',
  '/sessions': 'You’re offline. Your other sessions can’t be listed right now.',
})) {
  test(`${address} opened offline shows what is known, and says so`, async ({ page, context, user }) => {
    await user.signInToTheSession('ada');
    await page.goto('/');
    await expect(page.getByRole('link', { name: 'See your session' })).toBeVisible();
    await context.setOffline(true);
    await isToldOffline(page);
    await page.getByRole('link', { name: address === '/profile' ? 'Profile' : 'Devices', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Temporarily unavailable' })).toContainText(words);
    await expect(page.getByText(/ada@acme\.example|This browser/)).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole('region', { name: 'Temporarily unavailable' })).toBeHidden();
  });
}
