import { resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { ApiError } from '../../lib/query/api-error.ts';

/** The sessions to end. */
export type EndTarget = OneSession | { kind: 'others' } | { kind: 'all' };

/** `next`: handle of an adjacent session in the list. */
type OneSession = { kind: 'one'; session: SessionSummary; next?: string | undefined };

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

/** Ends sessions other than the current one, which ends by navigation. Throws an `ApiError` on failure. */
export async function endSessions(target: EndTarget, signal: AbortSignal): Promise<void> {
  const path =
    target.kind === 'one'
      ? (`/api/sessions/${encodeURIComponent(target.session.handle)}` as const)
      : '/api/sessions?scope=others';
  const result = await resultOf(call('delete', path, { signal }), (body) => body === undefined);
  const hasEnded = target.kind === 'one' && result.kind === 'unexpected' && result.status === 404;
  if (result.kind !== 'ok' && !hasEnded) throw new ApiError(result);
}
