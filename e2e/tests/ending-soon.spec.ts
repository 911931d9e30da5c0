import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

const WARNING = 'Your session ends in a minute.';

inEachOf(['cookie', 'sqlite'], () => {
  test.describe('a session that ends in 75 s when nothing happens', () => {
    test.use({ settings: { SESSION_IDLE_TIMEOUT: '75s' } });

    test('warns a minute before, takes no focus, and goes on when the user wants to stay', async ({ page, user }) => {
      await user.signIn('ada');
      const note = page.getByLabel('Note');
      await note.fill('Half a thought');

      await expect(page.getByText(WARNING)).toBeVisible();
      await expect(note).toBeFocused();

      await page.getByRole('button', { name: 'Stay signed in' }).click();
      await expect(page.getByText(WARNING)).toBeHidden();
      await expect(page.getByText('You stay signed in.')).toBeAttached();
      await expect(note).toBeFocused();
    });
  });
});

test.describe('a session that lives for less than a minute', () => {
  test.use({ settings: { SESSION_IDLE_TIMEOUT: '59s', SESSION_ABSOLUTE_TIMEOUT: '59s' } });

  test('warns, and offers no way to stay', async ({ page, user }) => {
    await user.signInToTheSession('ada');

    await expect(page.getByText(WARNING)).toBeVisible();
    await expect(page.getByText('This is the absolute timeout')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stay signed in' })).toHaveCount(0);
  });
});
