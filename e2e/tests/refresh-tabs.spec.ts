import { setTimeout } from 'node:timers/promises';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import type { User } from '../fixtures/user.ts';

const TABS = 5;
const LIFETIME_S = 3;
/** Longer when asked for: REFRESHING_SECONDS=120 npm run e2e -- refresh-tabs */
const DURATION_S = Number(process.env.REFRESHING_SECONDS ?? 12);

test.use({
  // A token is used up to its last moment, and every refresh token only once: any second use ends the session.
  settings: { TOKEN_EXPIRATION_BUFFER: '0s' },
  expectedFailures: ['401 /api/session'],
});

inEachOf(['cookie', 'sqlite'], () => {
  test('five busy tabs renew a token of 3 s once in its lifetime, and nobody notices', async ({
    page,
    user,
    provider,
    backend,
  }) => {
    test.setTimeout((DURATION_S + 180) * 1000);
    await provider.configure({ accessTokenTtl: LIFETIME_S, rotationGrace: 0 });
    await user.signIn('ada');
    const tabs = [user];
    while (tabs.length < TABS) {
      const tab = await user.inAnotherTab();
      await tab.page.goto('/profile');
      await tab.seesTheProfileOf('ada');
      tabs.push(tab);
    }
    let answers = 0;
    const failures: string[] = [];
    page.context().on('response', (response) => {
      if (!response.url().startsWith(`${backend.url}/api/`)) return;
      answers += 1;
      if (response.status() !== 200) failures.push(`${response.status()} ${response.url()}`);
    });
    const from = performance.now();
    const before = await provider.refreshes();

    const rounds = await keepCalling(tabs, from + DURATION_S * 1000);

    const lifetimes = (performance.now() - from) / 1000 / LIFETIME_S;
    const refreshes = (await provider.refreshes()) - before;
    test.info().annotations.push({ type: 'measured', description: `${refreshes} refreshes, ${answers} answers` });
    expect(failures).toEqual([]);
    for (const tab of tabs) {
      await tab.seesTheProfileOf('ada');
      await expect(tab.page.getByRole('alert')).toHaveCount(0);
      await expect(tab.page.getByRole('region', { name: 'Temporarily unavailable' })).toHaveCount(0);
    }
    // Two more than lifetimes: one for the token that was there at first, one because the provider counts in whole
    // seconds. Fewer: a token is renewed when it is asked for, which is in the next round after it has expired.
    expect(refreshes).toBeLessThanOrEqual(lifetimes + 2);
    expect(refreshes).toBeGreaterThan(Math.min(lifetimes, rounds) / 2);
    expect(await backend.metric('session_refreshes_total{outcome="refused"}')).toBe(0);
  });
});

/** All tabs at the same time, again and again, with a moment for the machine between; how often they did. */
async function keepCalling(tabs: User[], end: number): Promise<number> {
  let rounds = 0;
  for (; performance.now() < end; rounds += 1) {
    await Promise.all(
      tabs.map(async (tab) => {
        const answer = tab.page.waitForResponse('**/api/profile');
        await tab.callTheProfile();
        await answer;
      }),
    );
    await setTimeout(200);
  }
  return rounds;
}
