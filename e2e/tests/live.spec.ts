import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

// Events of a session are on its page at once, on whichever node they happen.
test.use({ withRedis: true, expectedFailures: ['401 /api/session'] });

/** From the answer that acknowledges the end, with room for a busy machine: a page that asks by itself takes 30 s. */
const AT_ONCE = 10_000;

inEachOf(['cookie', 'redis'], () => {
  test('the page follows its session: renewals, other nodes and sign-ins, its end', async ({
    page,
    user,
    provider,
    addNode,
    backend,
    atAnotherBrowser,
  }) => {
    const node = await addNode();
    await provider.configure({ accessTokenTtl: 3 });
    const listens = page.waitForResponse('**/api/session/events');
    await user.signInToTheSession('ada');
    expect((await listens).status()).toBe(200);
    const timeline = page.getByRole('list', { name: 'Session timeline as a list' });
    const log = page.getByRole('list', { name: 'Requests' });
    const line = (text: string | RegExp) => log.getByRole('listitem').filter({ hasText: text });

    // Another node renews the tokens: nothing in this tab asked for anything.
    const cookie = (await user.sessionCookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const elsewhere = (method: string, path: string) =>
      fetch(node.url + path, {
        method,
        headers: { cookie, connection: 'close', 'sec-fetch-site': 'same-origin' },
        redirect: 'manual',
      });
    const renewal = line(/Tokens renewed *Request GET .api.profile/);
    // On a busy machine the page itself may have renewed them just before: then the next ones.
    await expect(async () => {
      expect((await elsewhere('GET', '/api/profile')).status).toBe(200);
      await expect(renewal.first()).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await provider.configure({ accessTokenTtl: 1_800 });
    await expect(timeline.getByText('Tokens renewed by GET /api/profile')).toHaveCount(await renewal.count());
    expect(await renewal.count(), 'none is told twice').toBeLessThanOrEqual(await provider.refreshes());
    const [, otherNode] = /Node (\w+)/.exec((await renewal.first().textContent()) ?? '') ?? [];
    const [, thisNode] = /Node (\w+)/.exec((await line('/api/session').first().textContent()) ?? '') ?? [];
    expect(new Set([otherNode, thisNode]).size, 'two nodes are named').toBe(2);

    const other = await atAnotherBrowser();
    await other.signIn('ada');
    await expect(line('You signed in on another device')).toHaveCount(1);

    const { metadata } = await (await elsewhere('GET', '/api/session')).json();
    const answer = await elsewhere('DELETE', `/api/sessions/${metadata.session.handle}`);
    const acknowledged = Date.now();
    expect(answer.status).toBe(204);
    await user.isToldOfTheEnd();
    expect(Date.now() - acknowledged).toBeLessThan(AT_ONCE);
    expect(await backend.metric('session_event_streams')).toBeLessThan(2);
  });
});
