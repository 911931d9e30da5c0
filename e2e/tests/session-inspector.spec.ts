import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

const WAYS = { cookie: 'Client-side', sqlite: 'Server-side', redis: 'Server-side' };

inEachOf(['cookie', 'sqlite', 'redis'], (store) => {
  test('the inspector shows cookies without values; the log what a request costs', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    const inspector = page.getByRole('region', { name: 'How this session works' });
    await expect(inspector.getByText(`${WAYS[store]}:`)).toBeVisible();
    await expect(inspector.getByRole('columnheader', { name: `${WAYS[store]} in use` })).toBeVisible();

    const cookies = await user.sessionCookies();
    expect(cookies.length > 1, 'one cookie is the id; only client-side there are others').toBe(store === 'cookie');
    const shown = inspector.getByRole('region', { name: 'Session cookies' });
    await expect(shown.getByRole('term')).toHaveText(cookies.map(({ name }) => name).toSorted());
    for (const { name, value } of cookies) {
      const size = (name.length + value.length).toLocaleString('en');
      await expect(shown.getByText(`${size} of 4,096 bytes`)).toBeVisible();
      expect(await page.content(), name).not.toContain(value);
    }
    await expect(shown.getByText('HttpOnly').first()).toBeVisible();

    const log = page.getByRole('list', { name: 'Requests' });
    const question = log.getByRole('listitem').filter({ hasText: '/api/session' });
    await expect(question).toContainText(/200.*Session read [\d.]+ ms from /);
    await expect(question).toContainText(/Server time [\d.]+ ms.*Transferred [\d,]+ bytes/);
    await expect(inspector.getByRole('region', { name: 'Source code' }).getByRole('listitem')).not.toHaveCount(0);
  });
});

inEachOf(['cookie', 'sqlite'], () => {
  test('tells when the token was renewed, and for which request', async ({ page, user, provider }) => {
    await user.signInToTheSession('ada');
    const facts = page.getByRole('region', { name: 'Session details' });
    await expect(facts).toContainText('Token renewednot since you signed in');
    await user.signOut();

    await provider.configure({ accessTokenTtl: 2 });
    await user.signInToTheSession('ada');
    await user.opensTheProfileOf('ada');
    await user.callsUntilTheTokenIsRenewed(provider);
    await page.getByRole('link', { name: 'Session', exact: true }).click();
    await expect(facts).toContainText(/Token renewed.*by GET \/api\/(preferences|profile|session)/);
  });
});
