import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Failure } from '../api/call-result.ts';
import { ApiError } from './api-error.ts';

/**
 * Creates a client that retries queries only while the server is unavailable, at the pace of its `Retry-After`. Every
 * failure is reported to `onFailure`. A query that was under way while the browser bound the session to its device is
 * sent once more. Requests are sent even if the browser reports that it is offline: a mutation that
 * waits for the network could be sent after the user has cancelled it.
 */
export function createQueryClient(onFailure: (failure: Failure) => void): QueryClient {
  // An aborted mutation fails without an `ApiError`.
  const onError = (error: Error) => {
    if (error instanceof ApiError) onFailure(error.failure);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        retry: (count, error) => {
          if (isUnproven(error)) return count === 0;
          if (!(error instanceof ApiError) || error.failure.kind !== 'unavailable') return false;
          onFailure(error.failure);
          return true;
        },
        retryDelay: (_count, error) => (isUnproven(error) ? 0 : Math.max(0, error.retryAt - Date.now())),
        refetchOnWindowFocus: false,
      },
    },
  });
}

function isUnproven(error: Error): boolean {
  return (
    error instanceof ApiError &&
    error.failure.kind === 'unauthenticated' &&
    error.failure.problem === 'device_proof_required'
  );
}
