import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { freePort, freePorts } from '../fixtures/process.ts';
import { Redis } from '../fixtures/redis.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { User } from '../fixtures/user.ts';
import { npmStart } from './npm-start.ts';

const RENEWED = '/api/v1/oauth2/token#refresh_token';

for (const store of ['cookie', 'sqlite', 'redis']) {
  test(`Ctrl-C and npm start again keep everybody signed in, with sessions in ${store}`, async ({ page, request }) => {
    test.slow(); // the pages are built twice
    await using ending = new AsyncDisposableStack();
    const folder = ending.use(await temporaryFolder());
    const [port, providerPort] = (await freePorts(2)) as [number, number];
    const [url, controls] = [`http://localhost:${port}`, `http://localhost:${providerPort}/__test`];
    const redis = new Redis({ port: await freePort(), dataDir: folder.path });
    ending.defer(() => redis.stop());
    if (store === 'redis') await redis.start();
    const settings = {
      ...{ SESSION_STORE: store, DATA_DIR: folder.path },
      ...{ PROVIDER_PORT: String(providerPort), PROVIDER_DATA_DIR: `${folder.path}/provider` },
      ...(store === 'redis' && { REDIS_URL: redis.url, SESSION_SECRETS: randomBytes(32).toString('base64') }),
    };

    const before = await npmStart(port, settings);
    ending.defer(before.stop);
    await request.post(`${controls}/config`, { data: { accessTokenTtl: 5 } });
    const user = new User(page);
    await page.goto(url);
    await user.chooseTenant('acme');
    await user.enterCredentials('ada');
    await user.opensTheProfileOf('ada');
    await before.stop();

    await using _after = await npmStart(port, settings);
    const renewals = async () => (await (await request.get(`${controls}/requests`)).json())[RENEWED] ?? 0;
    const profile = () => page.evaluate(async () => (await fetch('/api/profile')).status);
    await expect.poll(async () => [await profile(), (await renewals()) > 0]).toEqual([200, true]);
    await page.reload();
    await user.seesTheProfileOf('ada');
  });
}
