import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

test('signing in and out works without a mouse', async ({ page, user }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Choose a test user' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();

  await user.tabsTo(page.locator('summary').filter({ hasText: 'Use another tenant' }));
  await page.keyboard.press('Enter');
  await user.tabsTo(page.getByLabel('Tenant'));
  await page.keyboard.type('acme');
  await page.keyboard.press('Enter');

  await expect(page.getByLabel('Email')).toBeFocused();
  await page.keyboard.type('ada@acme.example');
  await user.tabsTo(page.getByLabel('Password'));
  await page.keyboard.type('wristband');
  await page.keyboard.press('Enter');
  await user.seesTheSessionOf('ada');

  await user.tabsTo(page.getByRole('link', { name: 'Profile', exact: true }));
  await page.keyboard.press('Enter');
  await user.seesTheProfileOf('ada');
  await user.tabsTo(page.getByRole('button', { name: 'Call /api/profile again' }));
  await user.tabsTo(page.getByRole('button', { name: 'Sign out', exact: true }));
  await page.keyboard.press('Enter');
  await user.isSignedOut();
});

test('the session page works without a mouse', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await user.tabsTo(page.getByRole('button', { name: 'Send 50 requests' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('50 succeeded, in')).toBeVisible();
  const log = page.getByRole('list', { name: 'Requests' });
  // On a phone a few lines are more than fit.
  await page.setViewportSize({ width: 320, height: 800 });
  await user.tabsTo(log);
  await page.keyboard.press('End');
  await expect.poll(() => log.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
});
