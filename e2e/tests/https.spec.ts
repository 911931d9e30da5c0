import { expect, test } from '../fixtures/test.ts';

test.use({
  connection: 'https',
  // The certificate was made a moment ago; nobody vouches for it.
  ignoreHTTPSErrors: true,
  expectedFailures: ['401 /api/session', '404 /favicon.ico'],
});

test('every cookie is Secure, with a name that no script and no other host can set', async ({ user }) => {
  const { attempt, session } = await user.cookiesOfASignIn();

  const common = { domain: 'localhost', path: '/', secure: true, httpOnly: true };
  const login = { name: expect.stringMatching(/^__Host-Http-login\.[\w-]+$/), sameSite: 'Lax' };
  expect(attempt).toEqual([expect.objectContaining({ ...common, ...login })]);
  expect(session).toHaveLength(2);
  for (const cookie of session) {
    const name = expect.stringMatching(/^__Host-Http-session(\.[\w-]{22}\.\d)?$/);
    expect(cookie, cookie.name).toMatchObject({ ...common, name, sameSite: 'Strict' });
  }
});

test('a link of another site leads to the session; a new sign-in ends the one before', async ({
  page,
  user,
  provider,
  baseURL,
  worker,
}) => {
  await user.signIn('ada');
  const before = await user.sessionCookies();
  await page.goto(`http://acme.localhost:${worker.providerPort}/healthz`);
  await page.setContent(`<a href="${baseURL}/profile">Your profile</a>`);
  await page.getByRole('link').click();
  await user.seesTheProfileOf('ada');

  // The provider's page is another site: the callback comes without the cookies of the session.
  await page.goto('/api/auth/login?tenant_name=acme&return_url=/session&prompt=login');
  await user.enterCredentials('ada');
  await user.seesTheSessionOf('ada');
  const after = await user.sessionCookies();
  expect(after).toHaveLength(before.length);
  expect(after.map(({ value }) => value)).not.toEqual(before.map(({ value }) => value));
  await expect.poll(() => provider.requests('/api/v1/oauth2/revoke')).toBe(1);
  await page.context().clearCookies();
  await user.putBack(before);
  expect(await user.sessionStatus()).toBe(401);
});
