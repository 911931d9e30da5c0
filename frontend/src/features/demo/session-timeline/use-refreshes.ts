import { useEffect } from 'react';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { useSeen } from '../use-seen.ts';
import { latestOf, type Refresh, withRefresh } from './timeline.ts';

/** Token refreshes of this session that this tab has seen. */
export function useRefreshes(facts: SessionFacts): Refresh[] {
  const [refreshes, update] = useSeen<Refresh>('refreshes', facts.handle);

  useEffect(() => {
    update((before) => withRefresh(before, latestOf(facts)));
  }, [facts, update]);

  // Events also report the refreshes of other nodes, which the facts may lack: with client-side sessions, this browser
  // receives the new tokens only when it needs them.
  useSessionEvent((event) => {
    if (event.type !== 'renewed') return;
    update((before) => withRefresh(before, { at: momentOf(event.at), by: event.request }));
  });
  return refreshes;
}

/** Time of an event that has just arrived; the current time if the server's clock differs from this one. */
function momentOf(time: string): number {
  const at = Date.parse(time);
  return Math.abs(Date.now() - at) < 2_000 ? at : Date.now();
}
