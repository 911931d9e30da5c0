import { hasStrings, resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { Preferences } from '../../lib/api/types.ts';
import { valueOrThrow } from '../../lib/query/api-error.ts';

const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };

/** Loads the preferences. This does not count as activity of the user. */
export async function fetchPreferences(signal: AbortSignal): Promise<Preferences> {
  return valueOrThrow(await resultOf(call('get', '/api/preferences?slide=false', { signal }), isPreferences));
}

/** Replaces the preferences, and returns the stored ones. */
export async function savePreferences(preferences: Preferences): Promise<Preferences> {
  const json = { body: JSON.stringify(preferences), headers };
  return valueOrThrow(await resultOf(call('put', '/api/preferences', json), isPreferences));
}

function isPreferences(body: unknown): body is Preferences {
  return hasStrings(body, 'theme') && typeof (body as Partial<Preferences>).reminder === 'string';
}
