import { expect, test } from '../fixtures/test.ts';

test.use({
  settings: { SILENT_SIGN_IN: 'on', DEFAULT_TENANT_NAME: 'acme' },
  expectedFailures: ['401 /api/session'],
});

test('the start page signs in who is signed in at the provider, without a question', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await page.context().clearCookies({ name: /session/, domain: 'localhost' });
  const other = await user.inAnotherTab();
  await other.page.goto('/');
  await expect(other.page.getByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
});

test('the start page offers to sign in if nobody is signed in at the provider', async ({ page, user, provider }) => {
  await page.goto('/');
  await user.isSignedOut();
  await expect(page).toHaveURL('/');
  const asked = await provider.requests('/api/v1/oauth2/authorize');
  expect(asked).toBe(1);
  await page.reload();
  await user.isSignedOut();
  expect(await provider.requests('/api/v1/oauth2/authorize'), 'once in a tab').toBe(1);
});

test('a sign-out is not undone by the next start page of the tab', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('link', { name: 'Actix Sessions' }).click();
  await user.isSignedOut();
});
