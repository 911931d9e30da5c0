import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Failure } from '../api/answer.ts';
import { ApiError } from './api-error.ts';

/**
 * Queries are repeated only while the server is unavailable, at the pace it asks for. What fails for good is reported to
 * `onFailure`, whichever query or mutation it is.
 */
export function createQueryClient(onFailure: (failure: Failure) => void): QueryClient {
  const onError = (error: ApiError) => onFailure(error.failure);
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        retry: (_count, error) => error instanceof ApiError && error.failure.kind === 'unavailable',
        retryDelay: (_count, error) => Math.max(0, error.retryAt - Date.now()),
        refetchOnWindowFocus: false,
      },
    },
  });
}
