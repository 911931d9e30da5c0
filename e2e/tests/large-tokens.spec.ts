import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

/** What browsers take of one cookie, name and value together; they drop a larger one without a word. */
const COOKIE_LIMIT = 4096;

test('tokens of more than 4 KB are split over cookies; smaller ones remove the rest', async ({
  page,
  user,
  provider,
}) => {
  await provider.configure({ accessTokenPadding: 6000, accessTokenTtl: 2 });
  await user.signIn('ada');

  const large = await user.sessionCookies();
  const parts = large.map(({ name }) => name.match(/^session\.[\w-]{22}\.(\d)$/)?.[1]);
  expect(parts.toSorted()).toEqual(expect.arrayContaining(['0', '1', '2']));
  for (const { name, value } of large) expect(name.length + value.length, name).toBeLessThanOrEqual(COOKIE_LIMIT);

  await page.reload();
  await user.seesTheProfileOf('ada');

  await provider.configure({ accessTokenPadding: 0, accessTokenTtl: 1800 });
  await user.callsUntilTheTokenIsRenewed(provider);
  await expect.poll(async () => (await user.sessionCookies()).length).toBeLessThan(large.length);
  expect(await user.sessionStatus()).toBe(200);
  await page.reload();
  await user.seesTheProfileOf('ada');
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
