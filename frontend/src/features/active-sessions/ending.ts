import { answerOf } from '../../lib/api/answer.ts';
import { call } from '../../lib/api/client.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { ApiError } from '../../lib/query/api-error.ts';

/** The sessions to end. */
export type Ending = EndingOfOne | { kind: 'others' } | { kind: 'all' };

/** `next`: handle of an adjacent session in the list. */
type EndingOfOne = { kind: 'one'; session: SessionSummary; next?: string | undefined };

/** Value of the query parameter `end`, which keeps the dialog open across a sign-in. */
export function nameOf(ending: Ending): string {
  return ending.kind === 'one' ? ending.session.handle : ending.kind;
}

/** Reads the query parameter `end`; `null` if it is missing, or if that session has ended. */
export function endingNamed(name: string | null, sessions: SessionSummary[]): Ending | null {
  if (name === 'others' || name === 'all') return { kind: name };
  const place = sessions.findIndex(({ handle, current }) => handle === name && !current);
  const session = sessions[place];
  return session ? { kind: 'one', session, next: (sessions[place + 1] ?? sessions[place - 1])?.handle } : null;
}

/** Ends sessions other than the current one, which ends by navigation. Throws an `ApiError` on failure. */
export async function endSessions(ending: Ending, signal: AbortSignal): Promise<void> {
  const path =
    ending.kind === 'one'
      ? (`/api/sessions/${encodeURIComponent(ending.session.handle)}` as const)
      : '/api/sessions?scope=others';
  const answer = await answerOf(call('delete', path, signal), (body) => body === undefined);
  const hasEnded = ending.kind === 'one' && answer.kind === 'unexpected' && answer.status === 404;
  if (answer.kind !== 'ok' && !hasEnded) throw new ApiError(answer);
}
