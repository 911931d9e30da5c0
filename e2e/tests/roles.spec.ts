import { looksRight } from '../fixtures/looks.ts';
import { expect, test } from '../fixtures/test.ts';
import { people } from '../fixtures/user.ts';

test.use({ expectedFailures: ['401 /api/session', '403 /api/admin/node'] });

test('an administrator sees the page of administrators', async ({ page, user }, testInfo) => {
  await user.signInToTheSession('ada');
  await page.getByRole('link', { name: 'Admin', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Administration' })).toBeVisible();
  const node = page.getByRole('region', { name: 'This node' });
  await expect(node.getByRole('definition').nth(1)).toHaveText('1');
  await looksRight(page, 'admin', testInfo);
});

test('everybody else gets a page that says so', async ({ page, user }, testInfo) => {
  await user.signInToTheSession('alan');
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toBeHidden();
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1, name: 'Administrators only' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Roles' })).toHaveText('Viewer');
  await looksRight(page, 'administrators only', testInfo);
});

for (const store of ['cookie', 'sqlite', 'redis'] as const) {
  test.describe(store, () => {
    test.use({ store });

    test('a role that was taken away is gone after the next refresh', async ({ page, user, provider }) => {
      await provider.configure({ accessTokenTtl: 4 });
      await user.signInToTheSession('ada');
      await page.getByRole('link', { name: 'Admin', exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Administration' })).toBeVisible();
      await provider.setRole(people.ada.email, 'Viewer');
      await expect(async () => {
        const again = page.getByRole('button', { name: 'Count again' });
        if (await again.isVisible()) await again.click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Administrators only', { timeout: 1_000 });
      }).toPass();
      await expect(page.getByRole('link', { name: 'Admin', exact: true })).toBeHidden();
      expect(await user.sessionStatus()).toBe(200);
    });
  });
}
