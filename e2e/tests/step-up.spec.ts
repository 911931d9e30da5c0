import type { Page, Response, Route } from '@playwright/test';
import { looksRight } from '../fixtures/looks.ts';
import { afterAnOldSignIn } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

const CODE = '424242';

test.use({ expectedFailures: ['401 /api/session', '403 /api/payments', '403 /api/sessions', '400 /sign-in/:id'] });

/** The statuses of all payments that this page sends from now on. */
function paymentsOf(page: Page): number[] {
  const statuses: number[] = [];
  page.on('response', (response: Response) => {
    if (new URL(response.url()).pathname === '/api/payments') statuses.push(response.status());
  });
  return statuses;
}

const question = (page: Page) => page.getByRole('dialog', { name: 'Sign in again first' });
const signsInAgain = (page: Page) => question(page).getByRole('link', { name: 'Sign in again' }).click();

/** A second tab at the same place, to which the browser copies the `sessionStorage` of the first. */
async function duplicateOf(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.evaluate(() => void window.open(location.href));
  return opened;
}

async function pays(page: Page, recipient = 'Grace'): Promise<void> {
  await page.getByLabel('Pay €42 to').fill(recipient);
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
}

/** On the provider's page for somebody who is signed in there without the second factor. */
async function confirmsWithTheCode(page: Page): Promise<void> {
  await page.getByLabel('Code').fill(CODE);
  await page.getByRole('button', { name: 'Confirm' }).click();
}

inEachOf(['cookie', 'sqlite', 'redis'], () => {
  test('a payment takes the second factor, and is then sent exactly once', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    const payments = paymentsOf(page);
    await pays(page, 'Alan');
    await expect(question(page)).toContainText('POST /api/payments');
    await expect(question(page).getByRole('heading')).toBeFocused();
    await signsInAgain(page);
    await confirmsWithTheCode(page);
    await expect(page.getByText('Paid €42 to Alan.')).toBeVisible();
    await expect(page).toHaveURL('/session');
    expect(payments).toEqual([403, 200]);

    // Neither a reload nor Back and Forward sends it again, and the next one needs no code.
    await page.reload();
    await user.seesTheSessionOf('ada');
    await page.goBack();
    await page.goto('/session');
    await user.seesTheSessionOf('ada');
    expect(payments).toEqual([403, 200]);
    await pays(page);
    await expect(page.getByText('Paid €42 to Grace.')).toBeVisible();
    expect(payments).toEqual([403, 200, 200]);
    expect(await page.evaluate(() => sessionStorage.getItem('step-up'))).toBeNull();
  });

  test('a sign-in without the code is refused on a page, and the session stays', async ({ page, user }, testInfo) => {
    await user.signInToTheSession('ada');
    const payments = paymentsOf(page);
    await pays(page);
    await signsInAgain(page);
    await page.getByRole('button', { name: 'Without a code' }).click();
    const heading = page.getByRole('heading', { level: 1, name: 'The sign-in was not strong or recent enough' });
    await expect(heading).toBeVisible();
    await looksRight(page, 'not strong enough', testInfo);
    expect(await user.sessionStatus()).toBe(200);
    await page.goto('/session');
    await user.seesTheSessionOf('ada');
    expect(payments).toEqual([403]);
  });
});

test('after a sign-in without the code, "Try again" asks for the code directly', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  const payments = paymentsOf(page);
  await pays(page);
  await signsInAgain(page);
  await page.getByRole('button', { name: 'Without a code' }).click();
  await page.getByRole('link', { name: 'Try again' }).click();
  await confirmsWithTheCode(page);
  await expect(page.getByText('Paid €42 to Grace.')).toBeVisible();
  expect(payments).toEqual([403, 200]);
});

test('cancelling sends nothing: in the dialog, at the provider, with a reload', async ({ page, user }, testInfo) => {
  await user.signInToTheSession('ada');
  const payments = paymentsOf(page);
  await pays(page);
  await looksRight(page, 'step-up', testInfo, { fullPage: false });
  await question(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled. Nothing was paid.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pay', exact: true })).toBeFocused();

  await pays(page);
  await expect(question(page).getByRole('heading')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question(page)).toBeHidden();
  await expect(page.getByText('Cancelled. Nothing was paid.')).toBeVisible();

  await pays(page);
  await expect(question(page)).toBeVisible();
  await page.reload();
  await user.seesTheSessionOf('ada');
  await expect(question(page)).toBeHidden();

  await pays(page);
  await signsInAgain(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign-in was refused' })).toBeVisible();
  await page.goto('/session');
  await user.seesTheSessionOf('ada');
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('step-up'))).toBeNull();
  expect(payments).toEqual([403, 403, 403, 403]);
});

/** The tab and a duplicate, each at the provider in a sign-in of its own that leads back to the same request. */
async function twoTabsAtTheProvider(page: Page) {
  const link = (await question(page).getByRole('link', { name: 'Sign in again' }).getAttribute('href')) ?? '';
  await signsInAgain(page);
  const other = await duplicateOf(page);
  await other.goto('/healthz');
  expect(await other.evaluate(() => sessionStorage.getItem('step-up'))).toContain('POST');
  await other.goto(link);
  return other;
}

test('a duplicate of the tab that comes back, too, sends nothing', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await pays(page);
  const other = await twoTabsAtTheProvider(page);
  const [payments, duplicates] = [paymentsOf(page), paymentsOf(other)];
  await confirmsWithTheCode(page);
  await expect(page.getByText('Paid €42 to Grace.')).toBeVisible();
  await confirmsWithTheCode(other);
  await expect(other).toHaveURL('/session');
  await expect(other.getByRole('button', { name: 'Pay', exact: true })).toBeVisible();
  expect(await other.evaluate(() => sessionStorage.getItem('step-up'))).toBeNull();
  expect([payments, duplicates]).toEqual([[200], []]);
});

test('two tabs that come back at the same moment send the request once', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await pays(page);
  const tabs = [page, await twoTabsAtTheProvider(page)];
  const payments = tabs.map(paymentsOf);
  const held: Route[] = [];
  for (const tab of tabs) {
    const arrival = Promise.withResolvers<Route>();
    await tab.route('**/api/session', (route) => arrival.resolve(route), { times: 1 });
    await confirmsWithTheCode(tab);
    held.push(await arrival.promise);
  }
  await Promise.all(held.map((route) => route.continue()));
  for (const tab of tabs) {
    await expect(tab).toHaveURL('/session');
    await expect(tab.getByRole('button', { name: 'Pay', exact: true })).toBeVisible();
  }
  await expect.poll(() => payments.flat()).toEqual([200]);
  expect(payments.flat()).toEqual([200]);
});

test('another user who signs in meanwhile sends nothing of the first one', async ({
  page,
  user,
  provider,
  atAnotherBrowser,
}) => {
  const elsewhere = await atAnotherBrowser();
  await elsewhere.signIn('ada');
  const here = await afterAnOldSignIn(user, provider);
  await here.ends('Sign out everywhere else');
  await signsInAgain(page);
  await user.enterCredentials('alan');
  await expect(page.getByText('You signed in as another user.')).toBeVisible();
  expect(await elsewhere.sessionStatus()).toBe(200);
  expect(await page.evaluate(() => sessionStorage.getItem('step-up'))).toBeNull();
});
