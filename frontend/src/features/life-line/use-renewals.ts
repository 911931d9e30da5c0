import { useEffect, useState } from 'react';
import type { SessionFacts } from '../../lib/api/types.ts';
import { type Renewal, withLatest } from './life.ts';

let seen: { handle: string; renewals: Renewal[] } = { handle: '', renewals: [] };

/** The renewals of this session's tokens that this tab has seen. They are kept while another page is shown. */
export function useRenewals(facts: SessionFacts): Renewal[] {
  const [renewals, setRenewals] = useState<Renewal[]>([]);
  useEffect(() => {
    const before = seen.handle === facts.handle ? seen.renewals : [];
    seen = { handle: facts.handle, renewals: withLatest(before, facts) };
    setRenewals(seen.renewals);
  }, [facts]);
  return renewals;
}
