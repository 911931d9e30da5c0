import { expect, test } from '@playwright/test';
import { freePort, listens } from '../fixtures/process.ts';
import { canaille } from './canaille.ts';
import { glewlwyd } from './glewlwyd.ts';
import { npmStart } from './npm-start.ts';
import { signIn } from './sign-in.ts';

for (const [name, start] of Object.entries({ Glewlwyd: () => glewlwyd('ES256'), Canaille: canaille })) {
  test(`npm start with the issuer of ${name} signs in there, with no local provider`, async ({ page }) => {
    await using provider = await start();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const settings = await provider.register(url);
    await using application = await npmStart(port, settings);

    expect(application.printed).toContain(`Open ${url}`);
    expect(application.printed).toContain(`Sign in at ${settings.OIDC_ISSUER}`);
    expect(application.printed).not.toMatch(/provider +\||acme\.example/);
    expect(await listens(application.providerPort)).toBe(false);
    await signIn(page, url, provider);
  });
}
