import { type CallResult, hasStrings, resultOf } from '../../../lib/api/call-result.ts';
import { call } from '../../../lib/api/client.ts';
import { outageMessage } from '../../../lib/api/outage-message.ts';
import { formatShort } from '../../../lib/time.ts';

export const requestCount = 50;

type Answer = {
  result: CallResult<unknown>;
  /** True if the tokens were renewed before this response. */
  isRenewed: boolean;
};

export type Answers = { all: Answer[]; milliseconds: number };

/** Calls the protected resource many times at once. */
export async function sendRequests(): Promise<Answers> {
  const start = performance.now();
  const all = await Promise.all(Array.from({ length: requestCount }, send));
  return { all, milliseconds: performance.now() - start };
}

async function send(): Promise<Answer> {
  let timing = '';
  const sent = call('get', '/api/profile').then((answer) => {
    timing = answer.response.headers.get('Server-Timing') ?? '';
    return answer;
  });
  const isProfile = (body: unknown): body is object => hasStrings(body, 'userId');
  const result = await resultOf(sent, isProfile);
  return { result, isRenewed: /\brenewed;/.test(timing) };
}

/** Describes the outcome. `renewals`: how many the server has reported since the start. */
export function outcomeOf({ all, milliseconds }: Answers, renewals: number): string {
  const failures = all.map(({ result }) => result).filter(({ kind }) => kind !== 'ok');
  const [failure] = failures;
  if (failures.length === requestCount) return `${reason(failure)} No request succeeded.`;
  const succeeded = `${requestCount - failures.length} succeeded, in ${formatShort(milliseconds)}.`;
  // The others were sent before the renewal was done: they waited in the server, or in the browser for a connection.
  const count = all.some(({ isRenewed }) => isRenewed) ? Math.max(1, renewals) : 0;
  const words =
    count > 0
      ? `${count} renewed the token, ${requestCount - count} waited, ${succeeded}`
      : `The access token was still valid, so none had to wait: ${succeeded}`;
  return failure ? `${words} ${reason(failure)}` : words;
}

function reason(failure: CallResult<unknown> | undefined): string {
  if (failure?.kind === 'unauthenticated') return 'Your session has ended.';
  return outageMessage(failure?.kind === 'unavailable' ? failure.problem : 'unexpected');
}
