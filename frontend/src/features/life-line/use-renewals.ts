import { useCallback, useEffect, useState } from 'react';
import type { SessionFacts } from '../../lib/api/types.ts';
import { onSessionEvent } from '../../lib/session-events.ts';
import { latestOf, type Renewal, withRenewal } from './life.ts';

let seen: { handle: string; renewals: Renewal[] } = { handle: '', renewals: [] };

/** The renewals of this session's tokens that this tab has seen. They are kept while another page is shown. */
export function useRenewals(facts: SessionFacts): Renewal[] {
  const [renewals, setRenewals] = useState<Renewal[]>([]);
  const add = useCallback((handle: string, renewal: Renewal) => {
    const before = seen.handle === handle ? seen.renewals : [];
    seen = { handle, renewals: withRenewal(before, renewal) };
    setRenewals(seen.renewals);
  }, []);

  useEffect(() => add(facts.handle, latestOf(facts)), [facts, add]);

  // What this browser's own cookies tell may be older than what another node did: client-side, they bring the new
  // tokens along only when they need them.
  useEffect(
    () =>
      onSessionEvent((event) => {
        if (event.type === 'renewed') add(facts.handle, { at: momentOf(event.at), by: event.request });
      }),
    [facts.handle, add],
  );
  return renewals;
}

/** When an event that came just now says it was. Where the clocks differ, it was now. */
function momentOf(time: string): number {
  const at = Date.parse(time);
  return Math.abs(Date.now() - at) < 2_000 ? at : Date.now();
}
