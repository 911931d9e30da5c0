import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

/** The beginning of every JSON Web Token: a base64url JSON object, then a dot. */
const TOKEN = /eyJ[\w-]{16,}\.[\w-]+/;

test('no token reaches a response, a page or a storage that scripts can read', async ({
  page,
  user,
  backend,
  provider,
}) => {
  await provider.configure({ accessTokenTtl: 2 });
  const bodies: Promise<void>[] = [];
  const leaks: string[] = [];
  let examined = 0;
  page.context().on('response', (response) => {
    const url = response.url();
    if (!url.startsWith(backend.url)) return;
    const examine = async () => {
      // A redirect has no body, and one that the browser moved on from is gone.
      const body = await response.text().catch(() => '');
      const { 'set-cookie': _sealed, ...headers } = await response.allHeaders();
      examined += 1;
      if ([url, JSON.stringify(headers), body].some((text) => TOKEN.test(text))) leaks.push(url);
    };
    bodies.push(examine());
  });

  await user.signInToTheSession('ada');
  await user.opensTheProfileOf('ada');
  await user.callsUntilTheTokenIsRenewed(provider);
  await expect(page.getByText('200, answered at')).toBeVisible();
  await page.getByText('Raw response').click();

  expect(await page.content()).not.toMatch(TOKEN);
  const readable = await page.evaluate(async () => ({
    cookies: document.cookie,
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
  }));
  // Last measurements of the session page, to be shown beside the other approach.
  const local = { 'measured Client-side': expect.stringMatching(/^[\d,]+ bytes in \d+ cookies$/) };
  expect(readable).toEqual({ cookies: '', local, session: {}, databases: [], caches: [] });

  await user.signOut();
  await Promise.all(bodies);
  expect(leaks).toEqual([]);
  expect(examined).toBeGreaterThan(5);
  expect(backend.takeLog()).not.toMatch(TOKEN);
});

test('every cookie is out of reach of scripts and other sites', async ({ user, provider }) => {
  await provider.configure({ accessTokenPadding: 6000 });
  const { attempt, session } = await user.cookiesOfASignIn();

  // Plain names without Secure: the page came over http, from loopback. Over https see `https.spec.ts`.
  const common = { domain: 'localhost', path: '/', secure: false, httpOnly: true };
  expect(attempt).toEqual([
    expect.objectContaining({ ...common, name: expect.stringMatching(/^app-login\.[\w-]+$/), sameSite: 'Lax' }),
  ]);
  expect(session.length).toBeGreaterThan(2);
  for (const cookie of session) {
    const name = expect.stringMatching(/^app-session(\.[\w-]{22}\.\d)?$/);
    expect(cookie, cookie.name).toMatchObject({ ...common, name, sameSite: 'Strict' });
  }
});
