import { hasStrings, resultOf } from '../../lib/api/call-result.ts';
import { call, jsonBody } from '../../lib/api/client.ts';
import type { Preferences } from '../../lib/api/types.ts';
import { valueOrThrow } from '../../lib/query/api-error.ts';

/** Loads the preferences. This does not count as activity of the user. */
export async function fetchPreferences(signal: AbortSignal): Promise<Preferences> {
  return valueOrThrow(await resultOf(call('get', '/api/preferences?slide=false', { signal }), isPreferences));
}

/** Replaces the preferences, and returns the stored ones. */
export async function savePreferences(preferences: Preferences): Promise<Preferences> {
  return valueOrThrow(await resultOf(call('put', '/api/preferences', jsonBody(preferences)), isPreferences));
}

function isPreferences(body: unknown): body is Preferences {
  return hasStrings(body, 'theme') && typeof (body as Partial<Preferences>).reminder === 'string';
}
