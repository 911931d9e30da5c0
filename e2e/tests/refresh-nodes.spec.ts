import { setTimeout } from 'node:timers/promises';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

const REQUESTS = 1000;

test.use({
  withRedis: true,
  settings: { TOKEN_EXPIRATION_BUFFER: '0s' },
  expectedFailures: ['401 /api/session'],
});

inEachOf(['redis', 'cookie'], () => {
  test('1,000 requests with an expired token over three nodes are one refresh', async ({
    page,
    user,
    provider,
    backend,
    addNode,
  }) => {
    const nodes = [backend, await addNode(), await addNode()];
    await provider.configure({ accessTokenTtl: 4 });
    await user.signIn('ada');
    // From here on the page asks for nothing by itself.
    await page.goto('about:blank');
    const cookie = (await user.sessionCookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const call = (index: number, path: string) =>
      fetch(nodes[index % nodes.length]?.url + path, { headers: { cookie } });
    const { metadata } = await (await call(0, '/api/session')).json();
    await setTimeout(Date.parse(metadata.session.accessTokenExpiresAt) - Date.now() + 100);
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
