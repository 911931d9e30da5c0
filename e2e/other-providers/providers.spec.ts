import { expect, type Page, test } from '@playwright/test';
import { Backend } from '../fixtures/backend.ts';
import { freePort } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { canaille } from './canaille.ts';
import { glewlwyd } from './glewlwyd.ts';
import { ada, type ForeignProvider } from './provider.ts';
import { signIn } from './sign-in.ts';

const RENEWED = 'session_refreshes_total{outcome="renewed"}';

const PROVIDERS = {
  'Glewlwyd with ES256': () => glewlwyd('ES256'),
  'Glewlwyd with EdDSA': () => glewlwyd('EdDSA'),
  Canaille: canaille,
};

for (const [name, start] of Object.entries(PROVIDERS)) {
  test(`${name}: sign-in, profile, two refreshes, sign-out here and there`, async ({ page }) => {
    await using provider = await start();
    await using app = await application(provider);
    await signIn(page, app.url, provider);

    const session = await get(page, `${app.url}/api/session`);
    expect(session.body.tenantId).toBe('localhost');
    await expect
      .poll(
        async () => {
          expect(await get(page, `${app.url}/api/profile`)).toMatchObject({ status: 200, body: { email: ada.email } });
          return app.backend.metric(RENEWED);
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThanOrEqual(2);
    expect((await get(page, `${app.url}/api/session`)).body.userId).toBe(session.body.userId);

    await page.goto(`${app.url}/api/auth/logout`);
    await provider.agreeToSignOut(page);
    await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
    await expect(page.getByText('Your session at the identity provider was ended')).toBeVisible();
    await signIn(page, app.url, provider); // it asks for the password: its own session is over

    if (!provider.signOutThere) return;
    await provider.signOutThere(await page.context().newPage());
    await expect(page.getByRole('heading', { level: 1, name: 'Your session has ended' })).toBeVisible();
    expect((await get(page, `${app.url}/api/session`)).status).toBe(401);
  });
}

/** As the page's own requests would: with its cookies. */
async function get(page: Page, url: string) {
  const answer = await page.request.get(url, { headers: { 'sec-fetch-site': 'same-origin' } });
  return { status: answer.status(), body: await answer.json() };
}

async function application(provider: ForeignProvider) {
  const folder = await temporaryFolder();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = await provider.register(url);
  const backend = new Backend({ port, providerPort: 1, dataDir: folder.path, settings });
  await backend.start();
  return {
    url,
    backend,
    async [Symbol.asyncDispose]() {
      await backend.stop();
      await folder.remove();
    },
  };
}
