import path from 'node:path';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'], viewport: { width: 1280, height: 1230 }, colorScheme: 'light' });

test('takes the picture of the README', async ({ page, user }) => {
  await user.signIn('ada');
  await expect(page.getByText('200, answered at')).toBeVisible();
  await page.screenshot({ path: path.resolve(import.meta.dirname, '../../docs/screenshot.png') });
});
