import { type CallResult, hasStrings, request, resultOf } from '../../lib/api/call-result.ts';
import { inLocalTime } from './local-time.ts';
import type { Session } from './session.ts';

/**
 * Loads the session. With `slide: false` the request does not count as activity of the user. Times in the result are
 * those of this browser's clock.
 */
export async function loadSession({ slide = true } = {}): Promise<CallResult<Session>> {
  const call = request(slide ? '/api/session' : '/api/session?slide=false');
  const result = await resultOf(call, isSession);
  if (result.kind !== 'ok') return result;
  const { metadata, ...ids } = result.value;
  const session = inLocalTime(metadata.session, (await call).response.headers);
  return { kind: 'ok', value: { ...ids, metadata: { ...metadata, session } } };
}

function isSession(body: unknown): body is Session {
  if (!hasStrings(body, 'userId', 'tenantId')) return false;
  const { metadata } = body as Partial<Session>;
  return hasStrings(metadata?.session, 'handle', 'idleExpiresAt', 'expiresAt');
}
