import { hasStrings, resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { ProfileResponse } from '../../lib/api/types.ts';
import { ApiError, valueOrThrow } from '../../lib/query/api-error.ts';

/** Loads the profile of the user. Throws an `ApiError` on failure, or if the profile is another user's. */
export async function fetchProfile(userId: string, signal: AbortSignal): Promise<ProfileResponse> {
  const profile = valueOrThrow(await resultOf(call('get', '/api/profile', { signal }), isProfile));
  if (profile.userId !== userId) throw new ApiError({ kind: 'other session' });
  return profile;
}

function isProfile(body: unknown): body is ProfileResponse {
  return hasStrings(body, 'userId', 'tenantId', 'fetchedAt') && Array.isArray((body as Partial<ProfileResponse>).roles);
}
