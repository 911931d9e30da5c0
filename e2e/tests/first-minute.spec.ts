import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

inEachOf(['cookie', 'sqlite'], () => {
  test('one click leads to the password; fifty requests renew an expired token once', async ({
    page,
    user,
    provider,
  }) => {
    await provider.configure({ accessTokenTtl: 8 });
    await page.goto('/');
    await page.getByRole('link', { name: /Ada Lovelace/ }).click();
    await expect(page.getByLabel('Email')).toHaveValue('ada@acme.example');
    await page.getByLabel('Password').fill('wristband');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await user.seesTheSessionOf('ada');
    const numbers = page.getByRole('region', { name: 'Time left' });
    await expect(numbers.getByText(/^29:\d\d$/)).toBeVisible();

    await page.getByRole('button', { name: 'Send 50 requests' }).click();
    await expect(page.getByText(/^1 renewed the token, 49 waited, 50 succeeded, in [\d,.]+ ms\.$/)).toBeVisible();
    const log = page.getByRole('list', { name: 'Requests' });
    const group = log.getByRole('listitem').filter({ hasText: '/api/profile 200' });
    await expect(group).toHaveText(/\/api\/profile 200 × 50.*Round trip .* to .*Tokens renewed by GET \/api\/profile/);
    await page.getByRole('button', { name: 'Renewals' }).click();
    await expect(group).toBeVisible();
    await expect(log.getByRole('listitem').filter({ hasText: /^[^/]*\/api\/config/ })).toHaveCount(0);
  });
});
