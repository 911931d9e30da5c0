import { text } from 'node:stream/consumers';
import { startService } from '../fixtures/service.ts';
import { test as base, expect } from '../fixtures/test.ts';

/** RFC 9470 section 3, with the class of the local provider's second factor. */
const CHALLENGE =
  'Bearer error="insufficient_user_authentication", ' +
  'acr_values="http://schemas.openid.net/pape/policies/2007/06/multi-factor"';

interface Service {
  url: string;
  /** The status and the body of each request. */
  requests: [number, string][];
}

/** With a service that refuses the access token that it gets first, as that of a sign-in that is too weak. */
const test = base.extend<{ service: Service }>({
  service: async ({ provider: _ }, use) => {
    const requests: Service['requests'] = [];
    let refused: string | undefined;
    await using started = await startService(async (request, response) => {
      const { authorization } = request.headers;
      refused ??= authorization;
      const status = authorization === refused ? 401 : 201;
      requests.push([status, await text(request)]);
      if (status === 401) response.setHeader('www-authenticate', CHALLENGE);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    await use({ url: started.url, requests });
  },
  environment: async ({ environment, service: { url } }, use) => use({ ...environment, API_ORDERS_URL: url }),
});
test.use({ expectedFailures: ['401 /api/session', '403 /api/orders'] });

test('a service that asks for a stronger sign-in gets the request once more after it', async ({
  page,
  user,
  service,
}) => {
  await user.signInToTheSession('ada');
  await page.getByRole('button', { name: 'Order a cup of tea' }).click();
  const question = page.getByRole('dialog', { name: 'Sign in again first' });
  await expect(question).toContainText('This needs a stronger sign-in, for example with a code.');
  await expect(question).toContainText('POST /api/orders');
  await question.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByLabel('Code').fill('424242');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('POST /api/orders was sent once, after your sign-in.')).toBeVisible();
  await page.reload();
  await user.seesTheSessionOf('ada');
  const order = '{"item":"A cup of tea"}';
  expect(service.requests).toEqual([
    [401, order],
    [201, order],
  ]);
});
