import { type CallResult, hasStrings, resultOf } from '../../../lib/api/call-result.ts';
import { call } from '../../../lib/api/client.ts';
import { outageMessage } from '../../../lib/api/outage-message.ts';
import { formatShort } from '../../../lib/time.ts';

export const manyRequests = 50;

/** Calls the protected resource many times at once, and returns the outcome as text. */
export async function sendManyRequests(): Promise<string> {
  const start = performance.now();
  const isProfile = (body: unknown): body is object => hasStrings(body, 'userId');
  const send = () => resultOf(call('get', '/api/profile'), isProfile);
  const results = await Promise.all(Array.from({ length: manyRequests }, send));
  const duration = formatShort(performance.now() - start);
  const failures = results.filter(({ kind }) => kind !== 'ok');
  const [failure] = failures;
  if (!failure) return `${manyRequests} of ${manyRequests} answered with 200, in ${duration}.`;
  if (failures.length === manyRequests) return `${reason(failure)} No request succeeded.`;
  return `${manyRequests - failures.length} of ${manyRequests} answered with 200, in ${duration}. ${reason(failure)}`;
}

function reason(failure: CallResult<unknown>): string {
  if (failure.kind === 'unauthenticated') return 'Your session has ended.';
  return outageMessage(failure.kind === 'unavailable' ? failure.problem : 'unexpected');
}
