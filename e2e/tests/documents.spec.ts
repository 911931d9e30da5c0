import { expect, test } from '../fixtures/test.ts';

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page says what it needs, in its own style', async ({ page }) => {
    await page.goto('/');
    const notice = page.getByRole('paragraph');
    await expect(notice).toContainText('This application needs JavaScript.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Actix Sessions');
    const { left, top } = await notice.evaluate((it) => it.getBoundingClientRect());
    expect(Math.min(left, top)).toBeGreaterThan(30);
    // The background goes down to the lower edge.
    const height = await page.evaluate(() => document.documentElement.getBoundingClientRect().height);
    expect(height).toBeGreaterThanOrEqual(page.viewportSize()?.height ?? Number.NaN);
  });
});

for (const [path, type] of Object.entries({
  '/favicon.ico': /^image\/(x-icon|vnd\.microsoft\.icon)$/,
  '/favicon.svg': 'image/svg+xml',
  '/apple-touch-icon.png': 'image/png',
})) {
  test(`${path} is there`, async ({ request }) => {
    const answer = await request.get(path);
    expect(answer.status()).toBe(200);
    expect(answer.headers()['content-type']).toMatch(type);
  });
}

const PAGES = [
  '/',
  '/session',
  '/profile',
  '/sessions',
  '/admin',
  '/login-error',
  '/signed-out',
  '/session/',
  '/Profile',
];

for (const [status, paths] of Object.entries({ 200: PAGES, 404: ['/no/such/page', '/sessions/1', '/admins'] })) {
  test(`the pages of the application answer ${status} where they should`, async ({ request }) => {
    for (const path of paths) {
      const answer = await request.get(path, { headers: { accept: 'text/html' } });
      expect(answer.status(), path).toBe(Number(status));
      expect(await answer.text(), path).toContain('<div id="root">');
    }
  });
}
