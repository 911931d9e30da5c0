import { type Answer, answerOf, hasStrings } from '../../lib/api/answer.ts';
import { api } from '../../lib/api/client.ts';
import type { SessionResponse } from '../../lib/api/types.ts';

/** Asks the server who is signed in. With `slide: false` the question does not count as activity of the user. */
export function loadSession({ slide = true } = {}): Promise<Answer<SessionResponse>> {
  return answerOf(api.GET('/api/session', slide ? {} : { params: { query: { slide } } }), isSession);
}

function isSession(body: unknown): body is SessionResponse {
  if (!hasStrings(body, 'userId', 'tenantId')) return false;
  const { metadata } = body as Partial<SessionResponse>;
  return Array.isArray(metadata?.roles) && hasStrings(metadata.session, 'store', 'idleExpiresAt', 'expiresAt');
}
