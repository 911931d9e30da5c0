import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

/** Most bytes of a cookie, name and value together; browsers drop a larger one without an error. */
const COOKIE_LIMIT = 4096;

test('tokens of more than 4 KB are split over cookies; smaller ones remove the rest', async ({
  page,
  user,
  provider,
}) => {
  await provider.configure({ accessTokenPadding: 6000, accessTokenTtl: 2 });
  await user.signIn('ada');

  const large = await user.sessionCookies();
  const parts = large.map(({ name }) => name.match(/^app-session\.[\w-]{22}\.(\d)$/)?.[1]);
  expect(parts.toSorted()).toEqual(expect.arrayContaining(['0', '1', '2']));
  for (const { name, value } of large) expect(name.length + value.length, name).toBeLessThanOrEqual(COOKIE_LIMIT);

  await page.reload();
  await user.seesTheProfileOf('ada');

  await provider.configure({ accessTokenPadding: 0, accessTokenTtl: 1800 });
  await expect(async () => {
    await user.callTheProfile();
    expect((await user.sessionCookies()).length).toBeLessThan(large.length);
  }).toPass();
  expect(await user.sessionStatus()).toBe(200);
  await page.reload();
  await user.seesTheProfileOf('ada');
});

test('the experiment of the session page makes it larger, and small again', async ({
  page,
  context,
  user,
  provider,
}) => {
  // The page leads to the provider of `npm start`, which has another port.
  const ofStart = 'http://localhost:6100';
  await context.route(`${ofStart}/**`, (route) =>
    route.fulfill({ status: 302, headers: { location: route.request().url().replace(ofStart, provider.url) } }),
  );
  await provider.configure({ accessTokenTtl: 2 });
  await user.signInToTheSession('ada');
  const cookies = page.getByRole('region', { name: 'Session cookies' });
  await expect(cookies).toContainText('the session in 1 part.');
  // The next renewal brings other tokens.
  const becomes = (parts: RegExp) =>
    expect(async () => {
      await page.getByRole('button', { name: 'Send 50 requests' }).click();
      await expect(cookies).toContainText(parts, { timeout: 5_000 });
    }).toPass();

  await page.getByRole('button', { name: 'Issue longer tokens' }).click();
  await user.seesTheSessionOf('ada');
  await expect(page.getByText('The provider issues longer tokens now')).toBeVisible();
  await becomes(/the session in [2-9] parts/);
  await expect(cookies.getByRole('term').filter({ hasText: /\.1$/ })).toBeVisible();

  await page.getByRole('button', { name: 'Back to short tokens' }).click();
  await expect(page.getByText('The provider issues short tokens now')).toBeVisible();
  await becomes(/the session in 1 part\./);
});

test('a session that browsers would not carry ends on a page that names the way out', async ({
  page,
  user,
  provider,
}) => {
  await provider.configure({ accessTokenPadding: 10_000 });
  await page.goto('/');
  await user.chooseTenant('acme');
  await user.enterCredentials('ada');

  await expect(page).toHaveURL(/\/login-error\?reason=session_too_large/);
  await expect(page.getByRole('heading', { level: 1, name: 'Your session does not fit into cookies' })).toBeVisible();
  await expect(page.getByText('fewer scopes')).toBeVisible();
  expect(await user.sessionCookies()).toEqual([]);
});
