import { setTimeout } from 'node:timers/promises';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

/** More when asked for: EXPIRED_REQUESTS=1000 npm run e2e -- refresh-nodes */
const REQUESTS = Number(process.env.EXPIRED_REQUESTS ?? 300);
/** Of access tokens. */
const LIFETIME_S = 2;

test.use({
  withRedis: true,
  settings: { TOKEN_EXPIRATION_BUFFER: '0s' },
  expectedFailures: ['401 /api/session'],
});

inEachOf(['redis', 'cookie'], () => {
  test('hundreds of requests with an expired token over three nodes are one refresh', async ({
    page,
    user,
    provider,
    backend,
    addNode,
  }) => {
    const nodes = [backend, await addNode(), await addNode()];
    await provider.configure({ accessTokenTtl: LIFETIME_S });
    await user.signInToTheSession('ada');
    // From here on the page renews nothing, and what it renewed expires.
    await page.goto('about:blank');
    await setTimeout(LIFETIME_S * 1000);
    const cookie = (await user.sessionCookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const call = (index: number, path: string) =>
      // Without a connection that is kept: the node may close it just when it is used again.
      fetch(nodes[index % nodes.length]?.url + path, { headers: { cookie, connection: 'close' } });
    await provider.configure({ accessTokenTtl: 1800 });
    const before = await provider.refreshes();

    const answers = await Promise.all(Array.from({ length: REQUESTS }, (_, index) => call(index, '/api/profile')));

    // So many at once may be too much for a busy machine: "ask again" is an answer, "you are signed out" is none.
    expect(new Set(answers.map(({ status }) => status)).difference(new Set([200, 503]))).toEqual(new Set());
    const late = answers.flatMap(({ status }, index) => (status === 503 ? [index] : []));
    for (const index of late) await expect.poll(async () => (await call(index, '/api/profile')).status).toBe(200);
    expect((await provider.refreshes()) - before).toBe(1);
  });
});
