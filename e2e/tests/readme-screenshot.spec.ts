import path from 'node:path';
import { expect, test } from '../fixtures/test.ts';

test.use({
  // Short, so that the life line has something to show.
  settings: { SESSION_IDLE_TIMEOUT: '3m', SESSION_ABSOLUTE_TIMEOUT: '1h' },
  expectedFailures: ['401 /api/session'],
  viewport: { width: 1280, height: 1230 },
  colorScheme: 'light',
});

test('takes the picture of the README', async ({ page, user, provider }) => {
  test.setTimeout(240_000);
  await provider.configure({ accessTokenTtl: 20 });
  await user.signInToTheSession('ada');
  // Some renewals for the life line: each at the end of a token's life.
  const life = page.getByRole('list', { name: 'The same as a list' });
  for (const renewals of [1, 2, 3]) {
    await expect(async () => {
      await page.getByRole('button', { name: 'Send 50 requests' }).click();
      await expect(life.getByText(/^Tokens renewed/)).toHaveCount(renewals, { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
  }
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.resolve(import.meta.dirname, '../../docs/screenshot.png') });
});
