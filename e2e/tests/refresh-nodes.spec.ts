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

    const statuses = Object.groupBy(answers, ({ status }) => status);
    expect(Object.fromEntries(Object.entries(statuses).map(([status, all]) => [status, all?.length]))).toEqual({
      200: REQUESTS,
    });
    expect((await provider.refreshes()) - before).toBe(1);
  });
});
