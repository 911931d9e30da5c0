import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/**
 * A list of what this tab has seen of a session, and a function that changes it. The query cache keeps it while another
 * page is shown.
 */
export function useSeen<T>(name: string, handle: string) {
  const queryClient = useQueryClient();
  const { data = [] } = useQuery<T[]>({
    queryKey: [name, handle],
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const update = useCallback(
    (change: (before: T[]) => T[]) => queryClient.setQueryData<T[]>([name, handle], (before = []) => change(before)),
    [queryClient, name, handle],
  );
  return [data, update] as const;
}
