import { answerOf, hasStrings } from '../../lib/api/answer.ts';
import { api } from '../../lib/api/client.ts';

export const manyRequests = 50;

/** What came of them: how many were answered with 200, and how long all of them took, in milliseconds. */
export type Outcome = { ok: number; duration: number };

/** Calls the protected resource many times at once. Each needs an access token, and one that has expired is renewed. */
export async function sendManyRequests(): Promise<Outcome> {
  const start = performance.now();
  const call = () => answerOf(api.GET('/api/profile'), (body): body is object => hasStrings(body, 'userId'));
  const answers = await Promise.all(Array.from({ length: manyRequests }, call));
  return { ok: answers.filter(({ kind }) => kind === 'ok').length, duration: performance.now() - start };
}
