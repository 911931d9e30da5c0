import type { Page } from '@playwright/test';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ colorScheme: 'light', expectedFailures: ['401 /api/session'] });

const reminder = (page: Page) => page.getByRole('textbox', { name: 'Reminder' });
const colours = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

async function choose(page: Page, theme: string, text: string): Promise<void> {
  await page.getByRole('radio', { name: theme }).check();
  await reminder(page).fill(text);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
}

inEachOf(['cookie', 'sqlite', 'redis'], () => {
  test('preferences are the same in every tab at once, and after a reload', async ({ page, user }) => {
    await user.signIn('ada');
    const { page: other } = await user.inAnotherTab();
    const isFollowing = other.waitForResponse('**/api/session/events');
    await other.goto('/profile');
    await isFollowing;
    await choose(page, 'Dark', 'Buy milk');
    await expect(reminder(other)).toHaveValue('Buy milk');
    await expect.poll(() => colours(other)).toBe('dark');
    await page.reload();
    await expect(reminder(page)).toHaveValue('Buy milk');
    await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  });
});

test('the theme is there before the application is', async ({ page, user }) => {
  await user.signIn('ada');
  await choose(page, 'Dark', '');
  // The page without its application: what is painted first.
  await page.route('**/assets/*.js', () => {});
  await page.goto('/profile', { waitUntil: 'commit' });
  await expect.poll(() => colours(page)).toBe('dark');
  await expect(page.locator('#root')).toBeEmpty();
});

test('preferences end with the session', async ({ page, user }) => {
  await user.signIn('ada');
  await choose(page, 'Dark', 'Buy milk');
  await user.signOut();
  await expect.poll(() => colours(page)).toBe('light dark');
  await user.signIn('ada');
  await expect(page.getByRole('radio', { name: 'As the system' })).toBeChecked();
  await expect(reminder(page)).toHaveValue('');
});
