import { devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({
  settings: { SESSION_MAX_PER_USER: '2' },
  expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences'],
});

inEachOf(['sqlite', 'redis'], () => {
  test('one sign-in too many signs out the least recently used browser, and says why', async ({
    page,
    user,
    atAnotherBrowser,
  }) => {
    const first = await atAnotherBrowser(devices['Firefox on Windows']);
    await first.signIn('ada');
    const second = await atAnotherBrowser(devices['Safari on iPhone']);
    await second.signIn('ada');
    await user.signIn('ada');
    await first.isToldOfTheEnd('so this one, the least recently used, was ended');
    expect(await second.sessionStatus()).toBe(200);
    const here = new SessionsPage(page);
    await here.open();
    await expect(here.sessions).toHaveCount(2);
    await expect(here.on('Firefox on Windows')).toHaveCount(0);
  });
});

inEachOf(['sqlite'], () => {
  test('a page that is opened only then tells the reason too', async ({ user, atAnotherBrowser }) => {
    const first = await atAnotherBrowser();
    await first.signIn('ada');
    for (const other of [await atAnotherBrowser(), user]) await other.signIn('ada');

    await first.page.goto('/');

    await first.isSignedOut();
    await expect(first.page.getByText('so this one, the least recently used, was ended')).toBeVisible();
  });
});
