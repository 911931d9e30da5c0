import { expect, test } from '@playwright/test';
import { application, get } from './application.ts';
import { canaille } from './canaille.ts';
import { glewlwyd } from './glewlwyd.ts';
import { ada } from './provider.ts';
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
