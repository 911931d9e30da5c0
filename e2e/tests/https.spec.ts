import { Backend } from '../fixtures/backend.ts';
import { makeCertificate } from '../fixtures/certificate.ts';
import { freePort } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { test as base, expect } from '../fixtures/test.ts';
import { TlsFront } from '../fixtures/tls-front.ts';

/** The application as it is installed: browsers speak https to a front, which hands on to the backend. */
const test = base.extend({
  // The certificate was made a moment ago; nobody vouches for it.
  ignoreHTTPSErrors: true,
  expectedFailures: ['401 /api/session', '404 /favicon.ico'],

  backend: async ({ worker: { port, providerPort }, environment: settings }, use) => {
    await using folder = await temporaryFolder();
    const publicUrl = `https://localhost:${port}`;
    const place = { port: await freePort(), publicUrl, providerPort, dataDir: folder.path };
    const backend = new Backend({ ...place, settings });
    const front = new TlsFront(await makeCertificate(folder.path), backend.url);
    try {
      await Promise.all([backend.start(), front.start(port)]);
      await use(backend);
    } finally {
      await front.stop();
      await backend.stop();
    }
  },

  baseURL: async ({ worker: { port }, backend: _ }, use) => use(`https://localhost:${port}`),
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
