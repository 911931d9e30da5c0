import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';
import { people } from '../fixtures/user.ts';
import { notesWhereItIsSeen } from '../fixtures/what-was-seen.ts';

const ANSWERS = ['/api/session', '/api/sessions', '/api/profile'] as const;

test.use({
  expectedFailures: [
    '401 /api/session',
    // The provider's page of a sign-in that is over.
    '400 /sign-in/:attempt',
    ...ANSWERS.map((path) => `ERR_CACHE_MISS ${path}` as const),
  ],
});

inEachOf(['cookie', 'sqlite'], () => {
  test('Back after signing out shows nothing of the session', async ({ page, user, backend }) => {
    const seen = await notesWhereItIsSeen(page, backend.url, people.ada.name);
    await user.signInFromTheHomePage('ada');
    await user.opensTheProfileOf('ada');
    expect(seen).not.toEqual([]);
    await user.signOut();

    seen.length = 0;
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
    for (let step = 0; step < 3; step += 1) {
      await page.goBack();
      await page.waitForLoadState('networkidle');
    }
    expect(visited).toContain('/profile');
    expect(seen).toEqual([]);
  });

  test('signing out leaves no answer of the session in the cache', async ({ page, user }) => {
    await user.signIn('ada');
    await user.callTheProfile();
    await user.signOut();
    for (const address of ANSWERS) {
      const isKept = page.evaluate(async (address) => {
        const answer = fetch(address, { cache: 'only-if-cached', mode: 'same-origin' });
        return answer.then(({ ok }) => ok).catch(() => false);
      }, address);
      expect(await isKept, address).toBe(false);
    }
  });
});
