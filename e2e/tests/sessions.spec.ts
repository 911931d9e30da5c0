import { devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session', '401 /api/profile', '401 /api/preferences'] });

inEachOf(['sqlite', 'redis'], () => {
  test('lists where the user is signed in, and marks this browser', async ({ page, user, atAnotherBrowser }) => {
    const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
    await elsewhere.signIn('ada');
    await user.signIn('ada');

    await page.getByRole('link', { name: 'See where else you are signed in' }).click();

    const here = new SessionsPage(page);
    await expect(here.heading).toBeFocused();
    await expect(here.sessions).toHaveCount(2);
    await expect(here.sessions.first()).toContainText(/Chrome on .*This browser.*Signed in/);
    await expect(here.on('Firefox on Windows')).not.toContainText('This browser');

    // The same list, seen from there.
    const there = new SessionsPage(elsewhere.page);
    await there.open();
    await expect(there.sessions).toHaveCount(2);
    await expect(there.sessions.first()).toContainText(/Firefox on Windows.*This browser/);
  });

  test('ends one session after the other by keyboard, and those browsers are told', async ({
    page,
    user,
    atAnotherBrowser,
  }) => {
    const onWindows = await atAnotherBrowser(devices['Firefox on Windows']);
    await onWindows.signIn('ada');
    const onIPhone = await atAnotherBrowser(devices['Safari on iPhone']);
    await onIPhone.signIn('ada');
    await user.signIn('ada');
    const here = new SessionsPage(page);

    const end = async (device: string) => {
      await user.tabsTo(here.button(`End this session: ${device}`));
      await page.keyboard.press('Enter');
      const question = here.question('End this session?');
      await expect(question.getByRole('heading')).toBeFocused();
      await expect(question).toContainText(device);
      await user.tabsTo(question.getByRole('button', { name: 'End this session' }));
      await page.keyboard.press('Enter');
      await expect(here.status).toHaveText('The session has ended.');
      await expect(here.on(device)).toHaveCount(0);
    };

    await user.tabsTo(page.getByRole('link', { name: 'Devices', exact: true }));
    await page.keyboard.press('Enter');
    await end('Safari on iPhone');
    // The focus goes on to what is left to end, and then to the heading.
    await expect(here.button('End this session: Firefox on Windows')).toBeFocused();
    await onIPhone.isToldOfTheEnd('You ended it from another browser.');
    expect(await onWindows.sessionStatus()).toBe(200);

    await end('Firefox on Windows');
    await expect(here.heading).toBeFocused();
    await expect(here.sessions).toHaveCount(1);
    await onWindows.isToldOfTheEnd('You ended it from another browser.');
    expect(await user.sessionStatus()).toBe(200);
  });
});

inEachOf(['sqlite'], () => {
  test('ends nothing when the question is cancelled', async ({ page, user, atAnotherBrowser }) => {
    const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
    await elsewhere.signIn('ada');
    await user.signIn('ada');
    const here = new SessionsPage(page);
    await here.open();
    const button = here.button('End this session: Firefox on Windows');

    await button.click();
    await here.question('End this session?').getByRole('button', { name: 'Cancel' }).click();
    await expect(button).toBeFocused();

    await page.keyboard.press('Enter');
    await expect(here.question('End this session?').getByRole('heading')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(button).toBeFocused();

    await expect(page).toHaveURL('/sessions');
    expect(await elsewhere.sessionStatus()).toBe(200);
  });

  test('shows nobody the sessions of somebody else', async ({ page, user, atAnotherBrowser }) => {
    const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
    await elsewhere.signIn('alan');
    await user.signIn('ada');
    const here = new SessionsPage(page);
    await here.open();
    await expect(here.sessions).toHaveCount(1);

    await here.ends('Sign out everywhere else');

    await expect(here.status).toBeVisible();
    expect(await elsewhere.sessionStatus()).toBe(200);
  });
});
