import { freePorts } from '../fixtures/process.ts';
import { PORTS, RedisCluster } from '../fixtures/redis-cluster.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { test as base, expect } from './test.ts';
import { MANY } from './visitors.ts';

/** The only refusal that a failover is a reason for. */
const PAUSE = /^503 .*session_store_unavailable/;
/** Nodes find the new master within a second or two; a machine that is busy takes its time. */
const NOTICED_MS = 60_000;
/** Twice as long as a node uses what it read before: whoever answers by 200 all the time has read it again. */
const CERTAIN_MS = 4_000;

const test = base.extend<{ redis: RedisCluster }>({
  redis: async ({ browserName: _ }, use) => {
    await using folder = await temporaryFolder();
    await use(new RedisCluster({ ports: await freePorts(PORTS), dataDir: folder.path }));
  },
});

test.use({ expectedFailures: ['401 /api/session', '503 /api/session'] });

for (const store of ['redis', 'cookie'] as const) {
  test.describe(`sessions kept in ${store}, on a Redis Cluster`, () => {
    test.use({ store });

    test('a master that is killed costs answers of 503 until the failover, and no session', async ({
      page,
      user,
      visitors,
      redis,
    }) => {
      await user.signIn('alan');
      const ended = await user.ownCookies();
      await user.signOut();
      await user.signIn('ada');
      const { metadata } = await (await page.request.get('/api/session')).json();
      await visitors.begin();
      await visitors.untilAnswered('200', MANY);

      const key = store === 'redis' ? `session:{${metadata.session.handle}}` : 'session-revocations';
      await redis.kill(await redis.masterOf(key));
      await expect.poll(() => visitors.refusals).not.toEqual([]);
      await redis.untilWell();

      await expect(() => {
        expect(visitors.refusals.filter((refusal) => !PAUSE.test(refusal))).toEqual([]);
        expect(visitors.msWithoutRefusal).toBeGreaterThan(CERTAIN_MS);
      }).toPass({ timeout: NOTICED_MS });
      await visitors.end();
      await user.seesTheProfileOf('ada');
      await page.reload();
      await user.seesTheProfileOf('ada');

      await user.signOut();
      await user.putBack(ended);
      expect(await user.sessionStatus()).toBe(401);
      await user.signIn('grace');
      await visitors.begin();
      await visitors.untilAnswered('200', MANY);
      expect(await visitors.end()).toEqual([]);
    });
  });
}
