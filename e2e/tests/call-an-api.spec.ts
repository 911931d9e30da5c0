import { looksRight } from '../fixtures/looks.ts';
import { freePort } from '../fixtures/process.ts';
import { test as base, expect } from '../fixtures/test.ts';
import { startOrders } from '../local-provider/orders.ts';

/** With the orders of the local provider behind the backend. */
const test = base.extend<{ orders: { url: string; close: () => void } }>({
  orders: async ({ provider }, use) => {
    const port = await freePort();
    const { close } = await startOrders({ port, issuer: provider.url });
    await use({ url: `http://localhost:${port}`, close });
    close();
  },
  environment: async ({ environment, orders: { url } }, use) =>
    use({ ...environment, API_ORDERS_URL: `${url}/orders`, API_ORDERS_RESOURCE: url }),
});
test.use({ expectedFailures: ['401 /api/session', '502 /api/orders'] });

for (const store of ['cookie', 'sqlite', 'redis'] as const) {
  test.describe(`sessions kept in ${store}`, () => {
    test.use({ store });

    test('the session page calls an API, and shows what was sent on and what came back', async ({
      page,
      user,
      orders,
      provider,
    }) => {
      await user.signInToTheSession('ada');
      const region = page.getByRole('region', { name: 'Call an API' });
      await region.getByRole('button', { name: 'Order a cup of tea' }).click();
      await expect(region.getByText('The service answered with 201.')).toBeVisible();
      await region.getByRole('button', { name: 'List my orders' }).click();
      await expect(region.getByText('The service answered with 200.')).toBeVisible();
      await expect(region.getByText('"item": "A cup of tea"')).toBeVisible();
      // The token is for this service, and nobody sees it.
      await expect(region.getByText(`for ${orders.url}, valid until`)).toBeVisible();
      await expect(region.getByText('Bearer …')).toBeVisible();
      expect(await page.content()).not.toContain('eyJ');
      expect(await provider.refreshes(), 'one token for both calls').toBe(1);
      await user.opensTheProfileOf('ada');
    });
  });
}

test('a call looks right and is accessible, on a phone and on a large screen', async ({ page, user }, testInfo) => {
  await user.signInToTheSession('ada');
  const region = page.getByRole('region', { name: 'Call an API' });
  await region.getByRole('button', { name: 'Order a cup of tea' }).press('Enter');
  await expect(region.getByText('The service answered with 201.')).toBeVisible();
  await looksRight(page, 'a call of an API', testInfo);
});

test('a service that is down costs the call and not the session', async ({ page, user, orders }) => {
  await user.signInToTheSession('ada');
  orders.close();
  const region = page.getByRole('region', { name: 'Call an API' });
  await region.getByRole('button', { name: 'List my orders' }).click();
  await expect(region.getByText('A service is unavailable. You are still signed in.')).toBeVisible();
  await user.opensTheProfileOf('ada');
});

test('a token of another API, or none, is refused by the service', async ({ orders, user, page }) => {
  await user.signInToTheSession('ada');
  for (const authorization of [undefined, 'Bearer rubbish', 'Basic eDp5']) {
    const response = await fetch(`${orders.url}/orders`, { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your session');
});
