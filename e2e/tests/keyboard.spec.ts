import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

test('signing in and out works without a mouse', async ({ page, user }) => {
  const reach = async (target: Locator) => {
    await expect(target).toBeVisible();
    // More stops than any page has: a focus that never arrives is a trap or a gap.
    for (let stop = 0; stop < 40; stop += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  };

  await page.goto('/');
  await expect(page.getByLabel('Tenant')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();

  await reach(page.getByLabel('Tenant'));
  await page.keyboard.type('acme');
  await page.keyboard.press('Enter');

  await expect(page.getByLabel('Email')).toBeFocused();
  await page.keyboard.type('ada@acme.example');
  await reach(page.getByLabel('Password'));
  await page.keyboard.type('wristband');
  await page.keyboard.press('Enter');
  await user.seesTheProfileOf('ada');

  await reach(page.getByRole('button', { name: 'Call /api/profile again' }));
  await reach(page.getByRole('button', { name: 'Sign out' }));
  await page.keyboard.press('Enter');
  await user.isSignedOut();
});
