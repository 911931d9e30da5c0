import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { latestOf, type Renewal, withRenewal } from './timeline.ts';

/** Token renewals of this session that this tab has seen. The query cache keeps them while another page is shown. */
export function useRenewals(facts: SessionFacts): Renewal[] {
  const { handle } = facts;
  const queryClient = useQueryClient();
  const { data = [] } = useQuery<Renewal[]>({
    queryKey: ['renewals', handle],
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const add = useCallback(
    (renewal: Renewal) =>
      queryClient.setQueryData<Renewal[]>(['renewals', handle], (before = []) => withRenewal(before, renewal)),
    [queryClient, handle],
  );

  useEffect(() => {
    add(latestOf(facts));
  }, [facts, add]);

  // Events also report the renewals of other nodes, which the facts may lack: with client-side sessions, this browser
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
