import { test as base } from '@playwright/test';
import type { Store } from '../fixtures/backend.ts';
import { type BrowserLog, type ExpectedFailure, followedLog } from '../fixtures/browser-log.ts';
import { type Certificate, makeCertificate } from '../fixtures/certificate.ts';
import { freePort } from '../fixtures/process.ts';
import { DEPLOYED, Redis } from '../fixtures/redis.ts';
import type { RedisCluster } from '../fixtures/redis-cluster.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { User } from '../fixtures/user.ts';
import { Cluster } from './cluster.ts';
import { Visitors } from './visitors.ts';

interface Options {
  store: Store;
  /** The program of the nodes at the start, when it is not the version that is tested. */
  binary: string | undefined;
  /** Further settings of the nodes, as environment variables. */
  settings: Record<string, string>;
  expectedFailures: ExpectedFailure[];
}

interface Fixtures extends Options {
  redis: Redis | RedisCluster;
  cluster: Cluster;
  user: User;
  /** Programs that keep asking, with the cookies of the browser as it is when they begin. */
  visitors: Visitors;
  browserLog: BrowserLog;
}

interface Worker {
  /** The certificate of nginx, which nobody vouches for. */
  certificate: Certificate;
}

export const test = base.extend<Fixtures, Worker>({
  store: ['redis', { option: true }],
  binary: [undefined, { option: true }],
  settings: [{}, { option: true }],
  expectedFailures: [['401 /api/session'], { option: true }],
  ignoreHTTPSErrors: true,

  certificate: [
    async ({ browserName: _ }, use) => {
      await using folder = await temporaryFolder();
      await use(await makeCertificate(folder.path));
    },
    { scope: 'worker' },
  ],

  redis: async ({ browserName: _ }, use) => {
    await using folder = await temporaryFolder();
    await use(new Redis({ port: await freePort(), dataDir: folder.path, settings: DEPLOYED }));
  },

  cluster: async ({ store, binary, settings, redis, certificate }, use, testInfo) => {
    await using folder = await temporaryFolder();
    const [port, providerPort] = await Promise.all([freePort(), freePort()]);
    const place = { port, providerPort, folder: folder.path };
    const cluster = await Cluster.start({ ...place, store, binary, redis, settings, certificate });
    try {
      await use(cluster);
    } finally {
      await cluster.stop();
      if (testInfo.status !== testInfo.expectedStatus) {
        for (const [name, part] of cluster.parts) await testInfo.attach(`${name}.log`, { body: part.takeLog() });
      }
    }
  },

  baseURL: async ({ cluster }, use) => use(cluster.url),

  browserLog: [followedLog, { auto: true }],

  user: async ({ page }, use) => use(new User(page)),

  visitors: async ({ cluster, user }, use) => {
    await using visitors = new Visitors(cluster, user);
    await use(visitors);
  },
});

export { expect } from '@playwright/test';
