import { expect, type Page, test } from '@playwright/test';
import { application, get } from './application.ts';
import { canaille } from './canaille.ts';
import { glewlwyd } from './glewlwyd.ts';
import { signIn } from './sign-in.ts';

const PROVIDERS = { Glewlwyd: () => glewlwyd('ES256'), Canaille: canaille };

/** The session's own facts. */
async function session(page: Page, url: string) {
  const { status, body } = await get(page, `${url}/api/session`);
  expect(status).toBe(200);
  return body.metadata.session;
}

/** Canaille answers 500 where it would issue two access tokens in one second: they would be equal. */
async function nextSecond(): Promise<void> {
  const began = Math.floor(Date.now() / 1_000);
  await expect.poll(() => Math.floor(Date.now() / 1_000)).toBeGreaterThan(began);
}

async function isToldThatItWasTooWeak(page: Page): Promise<void> {
  const name = 'The sign-in was not strong or recent enough';
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

test('Canaille: prompt=login and max_age lead to its password, and a recent session', async ({ page }) => {
  await using provider = await canaille();
  await using app = await application(provider);
  await signIn(page, app.url, provider);
  let before = await session(page, app.url);
  for (const asked of ['prompt=login', 'prompt=login&max_age=600', 'max_age=1']) {
    // Longer than the shortest age that is asked for.
    const since = () => Date.now() - Date.parse(before.authenticatedAt);
    await expect.poll(since).toBeGreaterThan(2_000);
    await page.goto(`${app.url}/api/auth/login?${asked}&return_url=/profile`);
    await provider.signInAgain(page);
    await expect(page).toHaveURL(`${app.url}/profile`);
    const after = await session(page, app.url);
    expect(after.handle).not.toBe(before.handle);
    expect(Date.parse(after.authenticatedAt)).toBeGreaterThan(Date.parse(before.authenticatedAt));
    before = after;
  }
});

// It asks for the password, but does not say when that was: `auth_time` is 0.
test('Glewlwyd: a sign-in that must be recent ends on the page that says so', async ({ page }) => {
  await using provider = await glewlwyd('ES256');
  await using app = await application(provider);
  await signIn(page, app.url, provider);
  const before = await session(page, app.url);
  expect(Date.parse(before.authenticatedAt)).toBe(0);
  for (const asked of ['prompt=login', 'prompt=login&max_age=600']) {
    await page.goto(`${app.url}/api/auth/login?${asked}&return_url=/profile`);
    await provider.signInAgain(page);
    await isToldThatItWasTooWeak(page);
    expect(await session(page, app.url)).toMatchObject({ handle: before.handle });
  }
});

for (const [name, start] of Object.entries(PROVIDERS)) {
  test(`${name}: it ignores acr_values, which is said, and the session stays`, async ({ page }) => {
    await using provider = await start();
    await using app = await application(provider);
    await signIn(page, app.url, provider);
    const { handle, acr } = await session(page, app.url);
    expect(acr).toBeNull();
    const pages: string[] = [];
    page.on('request', (request) => request.isNavigationRequest() && pages.push(new URL(request.url()).pathname));
    await nextSecond();
    await page.goto(`${app.url}/api/auth/login?acr_values=mfa&return_url=/profile`);
    await provider.agree(page);
    await isToldThatItWasTooWeak(page);
    expect(await session(page, app.url)).toMatchObject({ handle });
    // The same again: it is asked for once each time.
    await nextSecond();
    await page.getByRole('link', { name: 'Try again' }).click();
    await provider.agree(page);
    await isToldThatItWasTooWeak(page);
    expect(pages.filter((path) => path === '/api/auth/callback')).toHaveLength(2);
    await page.goto(app.url);
    expect(await session(page, app.url)).toMatchObject({ handle });
  });
}
