import { hasStrings, resultOf } from '../../lib/api/call-result.ts';
import { call } from '../../lib/api/client.ts';
import type { NodeCounts } from '../../lib/api/types.ts';
import { valueOrThrow } from '../../lib/query/api-error.ts';

/** Loads the counts of the node. Throws an `ApiError` on failure, also if the user is no administrator any more. */
export async function fetchNodeCounts(signal: AbortSignal): Promise<NodeCounts> {
  return valueOrThrow(await resultOf(call('get', '/api/admin/node', { signal }), isNodeCounts));
}

function isNodeCounts(body: unknown): body is NodeCounts {
  return hasStrings(body, 'node');
}
