import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

/**
 * Queries are repeated only while the server is unavailable, at the pace it asks for. A 401 is reported to
 * `onSessionEnded`, whichever query it answers.
 */
export function createQueryClient(onSessionEnded: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error.failure.kind === 'unauthenticated') onSessionEnded();
      },
    }),
    defaultOptions: {
      queries: {
        retry: (_count, error) => error instanceof ApiError && error.failure.kind === 'unavailable',
        retryDelay: (_count, error) => Math.max(0, error.retryAt - Date.now()),
        refetchOnWindowFocus: false,
      },
    },
  });
}
