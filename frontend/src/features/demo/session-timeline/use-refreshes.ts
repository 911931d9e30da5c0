import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { latestOf, type Refresh, withRefresh } from './timeline.ts';

/** Token refreshes of this session that this tab has seen. The query cache keeps them while another page is shown. */
export function useRefreshes(facts: SessionFacts): Refresh[] {
  const { handle } = facts;
  const queryClient = useQueryClient();
  const { data = [] } = useQuery<Refresh[]>({
    queryKey: ['refreshes', handle],
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const add = useCallback(
    (refresh: Refresh) =>
      queryClient.setQueryData<Refresh[]>(['refreshes', handle], (before = []) => withRefresh(before, refresh)),
    [queryClient, handle],
  );

  useEffect(() => {
    add(latestOf(facts));
  }, [facts, add]);

  // Events also report the refreshes of other nodes, which the facts may lack: with client-side sessions, this browser
  // receives the new tokens only when it needs them.
  useSessionEvent((event) => {
    if (event.type === 'renewed') add({ at: momentOf(event.at), by: event.request });
  });
  return data;
}

/** Time of an event that has just arrived; the current time if the server's clock differs from this one. */
function momentOf(time: string): number {
  const at = Date.parse(time);
  return Math.abs(Date.now() - at) < 2_000 ? at : Date.now();
}
