import { expect, test } from './test.ts';
import { MANY } from './visitors.ts';

test.use({
  expectedFailures: [
    '401 /api/session',
    // The open page follows its session by a stream that breaks with its node, and asks when it does.
    '503 /api/session',
    '503 /api/session/events',
    'ERR_HTTP2_PROTOCOL_ERROR /api/session/events',
  ],
});

for (const store of ['redis', 'cookie'] as const) {
  test.describe(`sessions kept in ${store}`, () => {
    test.use({ store });

    test.describe('and tokens that are renewed all the time', () => {
      test.use({ settings: { TOKEN_EXPIRATION_BUFFER: '5s' } });

      test('restarting one node after the other fails no request and signs nobody out', async ({
        page,
        user,
        visitors,
        cluster,
      }) => {
        await cluster.provider.configure({ accessTokenTtl: 10 });
        await user.signIn('ada');
        await visitors.begin();
        await visitors.untilAnswered('200', MANY);
        const before = await cluster.provider.refreshes();

        await cluster.restartEachNode();

        await visitors.untilAnswered('200', MANY);
        await expect.poll(() => cluster.provider.refreshes()).toBeGreaterThan(before);
        expect(await visitors.end()).toEqual([]);
        await page.reload();
        await user.seesTheProfileOf('ada');
      });
    });

    test('a node that is killed fails no request, and neither does a reload of the proxy', async ({
      page,
      user,
      visitors,
      cluster,
    }) => {
      await user.signIn('ada');
      await visitors.begin();
      await visitors.untilAnswered('200', MANY);

      await cluster.nodes[0]?.stop('SIGKILL');
      await visitors.untilAnswered('200', MANY);
      cluster.nginx.reload();
      await visitors.untilAnswered('200', MANY);
      await cluster.nodes[0]?.start();

      await visitors.untilAnswered('200', MANY);
      expect(await visitors.end()).toEqual([]);
      await page.reload();
      await user.seesTheProfileOf('ada');
    });

    test('a Redis that is killed costs answers of 503, and no session', async ({ page, user, visitors, cluster }) => {
      await user.signIn('ada');
      // Redis writes to its file once a second.
      await visitors.begin();
      await visitors.untilAnswered('200', MANY);

      await cluster.redis.stop('SIGKILL');
      await visitors.untilAnswered('503', MANY);
      await cluster.redis.start();

      await visitors.untilAnswered('200', MANY);
      expect((await visitors.end()).filter((refusal) => !refusal.startsWith('503'))).toEqual([]);
      await page.reload();
      await user.seesTheProfileOf('ada');
    });
  });
}
