import { expect, test } from './test.ts';

/** Together with what else is in a session, well over the 8 KB at which proxies give up by default. */
const PADDING = 6_000;

for (const store of ['redis', 'cookie'] as const) {
  test.describe(`sessions kept in ${store}`, () => {
    test.use({ store });

    test('after a sign-in over https no cookie is for scripts, plain http or other hosts', async ({ page, user }) => {
      await user.signIn('ada');

      const cookies = await user.ownCookies();
      expect(cookies.length).toBeGreaterThan(0);
      for (const cookie of cookies) {
        expect(cookie.name).toMatch(/^__Host-/);
        expect(cookie).toMatchObject({ secure: true, httpOnly: true, path: '/', domain: 'localhost' });
        expect(['Lax', 'Strict'], cookie.name).toContain(cookie.sameSite);
      }
      await page.reload();
      await user.seesTheProfileOf('ada');
      await user.signOut();
      expect(await user.sessionStatus()).toBe(401);
    });
  });
}

test.describe('sessions kept in cookie, with large tokens', () => {
  test.use({ store: 'cookie' });

  test('a session of more than 8 KB passes through the proxy both ways', async ({ page, user, cluster }) => {
    await cluster.provider.configure({ accessTokenPadding: PADDING });
    await user.signIn('ada');

    const sizes = (await user.ownCookies()).map(({ name, value }) => name.length + value.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(8_192);
    await page.reload();
    await user.seesTheProfileOf('ada');
    // The browser speaks HTTP/2, which takes the cookies apart; over HTTP/1.1 they are one line.
    expect(await user.sessionStatus()).toBe(200);
  });
});

test('each answer says which node it comes from, and all of them are asked', async ({ page, user, cluster }) => {
  await user.signIn('ada');
  const nodes = new Set<string | undefined>();
  for (let asked = 0; asked < 2 * cluster.nodes.length; asked += 1) {
    const timing = (await page.request.get('/api/session')).headers()['server-timing'] ?? '';
    nodes.add(/node;desc="([^"]*)"/.exec(timing)?.[1]);
  }
  expect([...nodes].sort()).toEqual(['node-1', 'node-2', 'node-3']);
});

test('the proxy keeps what is for its own machines from everybody else', async ({ page }) => {
  for (const path of ['/metrics', '/%6Detrics', '/x/../metrics', '/readyz', '/healthz']) {
    expect((await page.request.get(path)).status(), path).toBe(404);
  }
  expect((await page.request.get('/api/config')).status()).toBe(200);
});
