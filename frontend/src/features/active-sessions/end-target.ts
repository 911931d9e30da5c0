import { type CallResult, resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { ApiError } from '../../lib/query/api-error.ts';

/** The sessions to end. */
export type EndTarget = OneSession | { kind: 'others' } | { kind: 'all' };

/** `next`: handle of an adjacent session in the list. */
type OneSession = { kind: 'one'; session: SessionSummary; next?: string | undefined };

/** The sessions that have ended. */
export type Ended = { kind: 'one'; session: { handle: string } } | { kind: 'others' } | { kind: 'all' };

/** Value of the query parameter `end`, which keeps the dialog open across a sign-in. */
export function queryValueOf(target: EndTarget): string {
  return target.kind === 'one' ? target.session.handle : target.kind;
}

/** Reads the query parameter `end`; `null` if it is missing, or if that session has ended. */
export function parseEndTarget(name: string | null, sessions: SessionSummary[]): EndTarget | null {
  if (name === 'others' || name === 'all') return { kind: name };
  const place = sessions.findIndex(({ handle, current }) => handle === name && !current);
  const session = sessions[place];
  return session ? { kind: 'one', session, next: (sessions[place + 1] ?? sessions[place - 1])?.handle } : null;
}

const endOthers = '/api/sessions?scope=others';
const endOne = '/api/sessions/';

/** Returns what a request of `endSessions` ends; `null` for any other. `name`: the query parameter `end`. */
export function endedBy({ method, path }: { method: string; path: string }, name: string | null): Ended | null {
  if (method !== 'DELETE') return null;
  if (path === endOthers) return { kind: name === 'all' ? 'all' : 'others' };
  return path.startsWith(endOne) ? { kind: 'one', session: { handle: path.slice(endOne.length) } } : null;
}

/** Ends sessions other than the current one, which ends by navigation. Throws an `ApiError` on failure. */
export async function endSessions(target: EndTarget, signal: AbortSignal): Promise<void> {
  const path = target.kind === 'one' ? (`${endOne}${encodeURIComponent(target.session.handle)}` as const) : endOthers;
  const result = await resultOf(call('delete', path, { signal }), (body) => body === undefined);
  if (result.kind !== 'ok' && !hasEnded(target, result)) throw new ApiError(result);
}

/** True if these sessions have ended: an unknown one has ended before. */
export function hasEnded({ kind }: Ended, result: CallResult<unknown>): boolean {
  return result.kind === 'ok' || (kind === 'one' && result.kind === 'unexpected' && result.status === 404);
}
