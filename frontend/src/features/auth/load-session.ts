import { type Answer, answerOf, hasStrings } from '../../lib/api/answer.ts';
import { api } from '../../lib/api/client.ts';
import type { SessionFacts, SessionResponse } from '../../lib/api/types.ts';
import { inLocalTime } from '../../lib/server-clock.ts';

/**
 * Asks the server who is signed in. With `slide: false` the question does not count as activity of the user.
 * The times in the answer are those of this browser's clock.
 */
export async function loadSession({ slide = true } = {}): Promise<Answer<SessionResponse>> {
  const call = api.GET('/api/session', slide ? {} : { params: { query: { slide } } });
  const answer = await answerOf(call, isSession);
  if (answer.kind !== 'ok') return answer;
  const { metadata, ...ids } = answer.value;
  const session = inLocalTime<SessionFacts>(metadata.session, (await call).response.headers);
  return { kind: 'ok', value: { ...ids, metadata: { ...metadata, session } } };
}

function isSession(body: unknown): body is SessionResponse {
  if (!hasStrings(body, 'userId', 'tenantId')) return false;
  const { metadata } = body as Partial<SessionResponse>;
  return Array.isArray(metadata?.roles) && hasStrings(metadata.session, 'store', 'idleExpiresAt', 'expiresAt');
}
