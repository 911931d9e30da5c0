import { useEffect } from 'react';
import type { SessionFacts } from '../../lib/api/types.ts';
import { useSessionEvent } from '../../lib/use-session-event.ts';
import { type BoundCookie, withProof } from './bound-cookies.ts';
import { useSeen } from './use-seen.ts';

/** Bound cookies of this session that this tab has seen, the current one last. Their values are for no page. */
export function useBoundCookies({ handle, deviceProof }: SessionFacts): BoundCookie[] {
  const [cookies, update] = useSeen<BoundCookie>('bound-cookies', handle);

  useEffect(() => {
    if (deviceProof) update((before) => withProof(before, deviceProof));
  }, [deviceProof, update]);

  useSessionEvent((event) => {
    if (event.type === 'deviceProven') update((before) => withProof(before, event));
  });
  return cookies;
}
