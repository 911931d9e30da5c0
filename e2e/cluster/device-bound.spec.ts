import { createServer } from 'node:https';
import type { Page } from '@playwright/test';
import type { ExpectedFailure } from '../fixtures/browser-log.ts';
import {
  BOUND_COOKIE,
  bindingDevices,
  boundSessions,
  copiedCookies,
  endBoundCookie,
} from '../fixtures/device-binding.ts';
import { Front, handOn } from '../fixtures/front.ts';
import type { User } from '../fixtures/user.ts';
import type { Cluster } from './cluster.ts';
import { test as base, expect } from './test.ts';

const test = base.extend({
  launchOptions: [
    async ({ certificate, launchOptions }, use) => use(bindingDevices(certificate, launchOptions)),
    { scope: 'worker' },
  ],
});

/** A request that was under way while the browser bound the session is refused once; the page sends it again. */
const WHILE_BINDING: ExpectedFailure[] = ['401 /api/:any', '404 /favicon.ico'];

// Device binding works only with a certificate that the browser accepts.
test.use({ ignoreHTTPSErrors: false, expectedFailures: WHILE_BINDING });

const REFRESH = '/api/session/device/refresh';
const ROUTES = ['/api/session', '/api/profile', '/api/sessions', '/api/preferences', '/api/session/events'];

async function signInBound(page: Page, user: User): Promise<void> {
  await user.signIn('ada');
  await expect.poll(() => boundSessions(page)).toBe(1);
  await expect.poll(() => copiedCookies(page)).toContain(`${BOUND_COOKIE}=`);
}

/** The status that a script of the page gets. */
function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (path) => (await fetch(path)).status, path);
}

/** The bound cookie ends, and the browser renews it before the next request. */
async function renew(page: Page): Promise<void> {
  await endBoundCookie(page);
  expect(await statusOf(page, '/api/session?slide=false')).toBe(200);
  expect(await copiedCookies(page)).toContain(`${BOUND_COOKIE}=`);
}

/** What each node answers to these cookies, without the proxy. */
async function statusesOnEachNode({ nodes }: Cluster, cookie: string, paths: string[]): Promise<Set<number>> {
  const asked = nodes.flatMap(({ url }) => paths.map((path) => fetch(url + path, { headers: { cookie } })));
  const answers = await Promise.all(asked);
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
  return new Set(answers.map(({ status }) => status));
}

const withoutBoundCookie = (cookies: string) =>
  cookies
    .split('; ')
    .filter((pair) => !pair.startsWith(BOUND_COOKIE))
    .join('; ');

for (const store of ['redis', 'cookie'] as const) {
  test.describe(`sessions kept in ${store}`, () => {
    test.use({ store });

    test('the browser renews its bound cookie under load, and no request fails', async ({ page, user }) => {
      await signInBound(page, user);
      await page.evaluate(() => {
        const load = { going: true, statuses: new Map<number, number>() };
        const ask = async (path: string) => {
          while (load.going) {
            const { status } = await fetch(path);
            load.statuses.set(status, (load.statuses.get(status) ?? 0) + 1);
          }
        };
        const paths = ['/api/session?slide=false', '/api/profile', '/api/sessions', '/api/preferences'];
        const running = paths.map(ask);
        const end = async () => {
          load.going = false;
          await Promise.all(running);
          return [...load.statuses];
        };
        Object.assign(window, { load, end });
      });
      const answered = () => page.evaluate(() => Reflect.get(window, 'load').statuses.get(200) ?? 0);
      for (let renewals = 0; renewals < 3; renewals += 1) {
        const before = await answered();
        await expect.poll(answered).toBeGreaterThan(before + 50);
        await endBoundCookie(page);
        await expect.poll(() => copiedCookies(page)).toContain(`${BOUND_COOKIE}=`);
      }
      const statuses: [number, number][] = await page.evaluate(() => Reflect.get(window, 'end')());
      expect(statuses.map(([status]) => status)).toEqual([200]);
    });

    test('two tabs renew at once, and a sign-out ends the bound session in the browser', async ({ page, user }) => {
      await signInBound(page, user);
      const other = await user.inAnotherTab();
      await other.page.goto('/profile');
      await other.seesTheProfileOf('ada');
      for (let renewals = 0; renewals < 2; renewals += 1) {
        await endBoundCookie(page);
        const tabs = [page, other.page].flatMap((tab) => [tab, tab, tab]);
        expect(new Set(await Promise.all(tabs.map((tab) => statusOf(tab, '/api/profile'))))).toEqual(new Set([200]));
        expect(await boundSessions(page)).toBe(1);
      }
      await user.signOut();
      await expect.poll(() => boundSessions(page)).toBe(0);
    });

    test('copied cookies are refused on every node, at every route', async ({ page, user, cluster }) => {
      await signInBound(page, user);
      const cookies = await copiedCookies(page);
      expect(await statusesOnEachNode(cluster, cookies, ROUTES)).toEqual(new Set([200]));
      expect(await statusesOnEachNode(cluster, withoutBoundCookie(cookies), ROUTES)).toEqual(new Set([401]));
      await renew(page);
    });

    test.describe('with a bound cookie of a few seconds', () => {
      test.use({ settings: { DEVICE_BOUND_COOKIE_LIFETIME: '10s' } });

      test('all copied cookies are refused on every node once the bound one ends', async ({ page, user, cluster }) => {
        await signInBound(page, user);
        const cookies = await copiedCookies(page);
        // The page renews so short a life at each request, and would soon have used up its signatures.
        await page.goto('about:blank');
        expect(await statusesOnEachNode(cluster, cookies, ROUTES)).toEqual(new Set([200]));
        await expect.poll(() => statusesOnEachNode(cluster, cookies, ROUTES)).toEqual(new Set([401]));
      });
    });

    test.describe('with another proxy', () => {
      // The page asks after its session when nginx breaks its stream.
      test.use({ expectedFailures: [...WHILE_BINDING, 'ERR_CONNECTION_REFUSED /api/session'] });

      test('a node that stops between challenge and proof costs nothing', async ({ page, user, cluster }) => {
        await signInBound(page, user);
        const [first, second] = cluster.nodes;
        if (!first || !second) throw new Error('the cluster has three nodes');
        // In the place of nginx, to know which node has sent the challenge.
        await cluster.nginx.stop();
        let node = first;
        const challenged = Promise.withResolvers<void>();
        const delay = async (address: string) => {
          if (address !== REFRESH || node === second) return;
          node = second;
          await first.stop();
          challenged.resolve();
        };
        const { cert, key } = cluster.certificate;
        const front = new Front(createServer({ cert, key }, (...way) => handOn(node.url, { delay })(...way)));
        await front.start(Number(new URL(cluster.url).port));
        try {
          await renew(page);
          await challenged.promise;
          await page.reload();
          await user.seesTheProfileOf('ada');
        } finally {
          await front.stop();
        }
      });
    });

    test('restarting one node after the other fails no renewal', async ({ page, user, cluster }) => {
      await signInBound(page, user);
      for (const node of cluster.nodes) {
        const restarted = (async () => {
          await node.stop('SIGTERM');
          await node.start();
        })();
        await renew(page);
        await restarted;
      }
      await page.reload();
      await user.seesTheProfileOf('ada');
    });

    test('a new secret is put first, node by node, and the browser stays bound', async ({ page, user, cluster }) => {
      const change = async (index: number, secrets: string) =>
        cluster.replaceNode(index, { settings: { SESSION_SECRETS: secrets } });
      const [old, next] = ['the secret that all nodes of this cluster share', 'the next secret of the whole cluster'];
      await signInBound(page, user);
      for (const index of cluster.nodes.keys()) await change(index, `${old},${next}`);
      await renew(page);
      for (const index of cluster.nodes.keys()) {
        await change(index, `${next},${old}`);
        if (index < 2) await renew(page);
      }
      const cookies = await copiedCookies(page);
      expect(await statusesOnEachNode(cluster, cookies, ROUTES)).toEqual(new Set([200]));
      expect(await statusesOnEachNode(cluster, withoutBoundCookie(cookies), ROUTES)).toEqual(new Set([401]));
      await renew(page);
      await page.reload();
      await user.seesTheProfileOf('ada');
    });

    test.describe('in an outage', () => {
      test.use({ expectedFailures: [...WHILE_BINDING, '503 /api/:any'] });

      test('a Redis that is away during a renewal ends nothing', async ({ page, user, cluster }) => {
        await signInBound(page, user);
        const cookies = await copiedCookies(page);
        await cluster.redis.stop('SIGKILL');
        // No node serves anything from its memory any more.
        await expect.poll(() => statusesOnEachNode(cluster, cookies, ['/api/session'])).toEqual(new Set([503]));
        await endBoundCookie(page);
        expect(await statusOf(page, '/api/session')).toBe(503);
        expect(await boundSessions(page)).toBe(1);
        await cluster.redis.start();
        await expect.poll(() => statusOf(page, '/api/session')).toBe(200);
        await page.reload();
        await user.seesTheProfileOf('ada');
      });
    });
  });
}
