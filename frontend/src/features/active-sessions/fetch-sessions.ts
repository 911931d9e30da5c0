import { hasStrings, resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { ApiError, valueOrThrow } from '../../lib/query/api-error.ts';

/** Loads the sessions of the user, the current one (`handle`) first. Throws an `ApiError` on failure. */
export async function fetchSessions(handle: string, signal: AbortSignal): Promise<SessionSummary[]> {
  const sessions = valueOrThrow(await resultOf(call('get', '/api/sessions', { signal }), isList));
  const current = sessions.find((session) => session.current);
  if (current && current.handle !== handle) throw new ApiError({ kind: 'other session' });
  return sessions.toSorted((a, b) => Number(b.current) - Number(a.current));
}

function isList(body: unknown): body is SessionSummary[] {
  return (
    Array.isArray(body) && body.every((item) => hasStrings(item, 'handle', 'createdAt', 'lastSeenAt', 'expiresAt'))
  );
}
