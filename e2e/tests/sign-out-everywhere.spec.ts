import { devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

const EVERYWHERE = 'You signed out everywhere else from another browser.';

test.use({ expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences', '401 /api/sessions'] });

inEachOf(['cookie', 'sqlite'], () => {
  test('signing out everywhere else ends the others and leaves this one', async ({ page, user, atAnotherBrowser }) => {
    const others = [await atAnotherBrowser(devices['Firefox on Windows']), await atAnotherBrowser()];
    for (const other of others) await other.signIn('ada');
    await user.signIn('ada');
    const here = new SessionsPage(page);
    await here.open();

    await here.ends('Sign out everywhere else');

    await expect(here.status).toHaveText('All your other sessions have ended.');
    await expect(here.sessions).toHaveCount(1);
    for (const other of others) {
      await other.isToldOfTheEnd(EVERYWHERE);
    }
    await page.getByRole('link', { name: 'Profile' }).click();
    await user.seesTheProfileOf('ada');
    expect(await user.sessionStatus()).toBe(200);
  });

  test('signing out everywhere ends this one too', async ({ page, user, atAnotherBrowser }) => {
    const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
    await elsewhere.signIn('ada');
    await user.signIn('ada');
    const stolen = await user.sessionCookies();
    const here = new SessionsPage(page);
    await here.open();

    await here.ends('Sign out everywhere');

    await user.isSignedOut();
    await expect(page).toHaveURL(/\/signed-out\?session=ended/);
    const done = page.getByRole('list', { name: 'Sign-out steps' });
    for (const step of [
      'Your other sessions',
      'Your session was',
      'Session cookies',
      'Your session at the identity provider',
    ]) {
      await expect(done.getByRole('heading', { name: step })).toContainText('Done');
    }
    expect(await user.sessionCookies()).toEqual([]);
    await elsewhere.isToldOfTheEnd(EVERYWHERE);
    await user.putBack(stolen);
    expect(await user.sessionStatus()).toBe(401);
  });

  test('of two browsers that sign each other out at the same time no more than one stays', async ({
    user,
    atAnotherBrowser,
  }) => {
    const both = [user, await atAnotherBrowser(devices['Firefox on Windows'])];
    const pages = both.map(({ page }) => new SessionsPage(page));
    for (const one of both) await one.signIn('ada');
    for (const page of pages) {
      await page.open();
      await page.button('Sign out everywhere else').click();
    }

    // Whoever is told of the end first has no button left to press.
    const ended = ({ page }: SessionsPage) => page.getByText(EVERYWHERE).waitFor();
    await Promise.all(pages.map((page) => Promise.race([page.confirms('Sign out everywhere else'), ended(page)])));

    for (const page of pages) {
      const done = page.page
        .getByText('All your other sessions have ended')
        .or(page.page.getByText(EVERYWHERE))
        .first();
      await expect(done).toBeVisible();
    }
    const statuses = await Promise.all(both.map((one) => one.sessionStatus()));
    expect(statuses).toContain(401);
  });

  test('a session that begins afterwards lives', async ({ page, user, atAnotherBrowser }) => {
    await user.signIn('ada');
    const here = new SessionsPage(page);
    await here.open();
    await here.ends('Sign out everywhere else');
    await expect(here.status).toBeVisible();

    const elsewhere = await atAnotherBrowser();
    await elsewhere.signIn('ada');
    expect(await elsewhere.sessionStatus()).toBe(200);
  });
});

test('a server that keeps no sessions says so, and has no list of the others', async ({
  page,
  user,
  atAnotherBrowser,
}) => {
  const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
  await elsewhere.signIn('ada');
  await user.signIn('ada');
  const here = new SessionsPage(page);
  await here.open();

  await expect(page.getByText('Your browser keeps its session itself, so the server has no list')).toBeVisible();
  await expect(here.sessions).toHaveCount(1);
  await expect(here.sessions).toContainText('This browser');
});
