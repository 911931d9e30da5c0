import { answerOf } from '../../lib/api/answer.ts';
import { api } from '../../lib/api/client.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { ApiError } from '../../lib/query/api-error.ts';

/** Which sessions are to end. */
export type Ending = EndingOfOne | { kind: 'others' } | { kind: 'all' };

/** `next`: the handle of the session beside it in the list. */
type EndingOfOne = { kind: 'one'; session: SessionSummary; next?: string | undefined };

/** An ending as the address `?end=…` names it: it must survive a sign-in. */
export function nameOf(ending: Ending): string {
  return ending.kind === 'one' ? ending.session.handle : ending.kind;
}

/** The ending that the address names; `null` when there is none, or when that session is over already. */
export function endingNamed(name: string | null, sessions: SessionSummary[]): Ending | null {
  if (name === 'others' || name === 'all') return { kind: name };
  const place = sessions.findIndex(({ handle, current }) => handle === name && !current);
  const session = sessions[place];
  return session ? { kind: 'one', session, next: (sessions[place + 1] ?? sessions[place - 1])?.handle } : null;
}

/** Ends them; throws an `ApiError` when they are not over afterwards. */
export async function endSessions(ending: Ending): Promise<void> {
  const call =
    ending.kind === 'one'
      ? api.DELETE('/api/sessions/{handle}', { params: { path: { handle: ending.session.handle } } })
      : api.DELETE('/api/sessions', { params: { query: { scope: ending.kind } } });
  const answer = await answerOf(call, (body) => body === undefined);
  const wasOver = ending.kind === 'one' && answer.kind === 'unexpected' && answer.status === 404;
  if (answer.kind !== 'ok' && !wasOver) throw new ApiError(answer);
}
