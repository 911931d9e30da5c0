import { afterAnOldSignIn, devices, SessionsPage } from '../fixtures/sessions-page.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session', '403 /api/sessions', '403 /api/sessions/:handle'] });

inEachOf(['sqlite'], () => {
  test('after an old sign-in, ending a session takes the password and goes on by itself', async ({
    page,
    user,
    provider,
    atAnotherBrowser,
  }) => {
    const elsewhere = await atAnotherBrowser(devices['Firefox on Windows']);
    await elsewhere.signIn('ada');
    const here = await afterAnOldSignIn(user, provider);

    await here.button('End this session: Firefox on Windows').click();
    await here.confirms('End this session');
    const again = here.question('Sign in again first');
    await expect(again.getByRole('heading')).toBeFocused();
    expect(await elsewhere.sessionStatus()).toBe(200);

    await again.getByRole('link', { name: 'Sign in again' }).click();
    // The provider still knows the user, and asks all the same.
    await user.enterCredentials('ada');
    await expect(here.status).toHaveText('The session has ended.');
    await expect(page).toHaveURL('/sessions');
    expect(await elsewhere.sessionStatus()).toBe(401);
  });
});

inEachOf(['cookie', 'sqlite'], () => {
  test('after an old sign-in nobody is signed out everywhere else without the password', async ({
    user,
    provider,
    atAnotherBrowser,
  }) => {
    const elsewhere = await atAnotherBrowser();
    await elsewhere.signIn('ada');
    const here = await afterAnOldSignIn(user, provider);

    await here.ends('Sign out everywhere else');
    const again = here.question('Sign in again first');
    await again.getByRole('button', { name: 'Cancel' }).click();
    // The first question closes a moment after the second, and has a button of the same name.
    await expect(here.question('Sign out everywhere else?')).toBeHidden();
    await expect(here.button('Sign out everywhere else')).toBeFocused();
    expect(await elsewhere.sessionStatus()).toBe(200);

    await here.ends('Sign out everywhere else');
    await again.getByRole('link', { name: 'Sign in again' }).click();
    await user.enterCredentials('ada');
    await expect(here.status).toHaveText('All your other sessions have ended.');
    expect(await elsewhere.sessionStatus()).toBe(401);
  });

  test('signing out here needs no new sign-in', async ({ user, provider }) => {
    const here = await afterAnOldSignIn(user, provider);
    await here.button('Sign out here').click();
    await user.isSignedOut();
  });
});

test('a stranger with a link to a question signs in first; nothing ends by itself', async ({
  page,
  user,
  atAnotherBrowser,
}) => {
  const elsewhere = await atAnotherBrowser();
  await elsewhere.signIn('ada');
  await page.goto('/sessions?end=all');
  await page.getByLabel('Tenant').fill('acme');
  await page.getByRole('button', { name: 'Continue' }).click();
  await user.enterCredentials('ada');

  const here = new SessionsPage(page);
  await expect(here.question('Sign out everywhere?')).toBeVisible();
  await expect(page).toHaveURL('/sessions?end=all');
  expect(await user.sessionStatus()).toBe(200);
  expect(await elsewhere.sessionStatus()).toBe(200);
});
