import { useEffect, useState } from 'react';
import { TimeLeft } from '../../components/time-left.tsx';
import type { SessionFacts } from '../../lib/api/types.ts';
import { useNow } from '../../lib/use-now.ts';
import { useAuth } from '../auth/auth-context.tsx';
import { clockToleranceMs } from '../auth/local-time.ts';
import { Banner } from './banner.tsx';

const warningMs = 60_000;
/** Shortly before the warning the session is loaded: another tab may have extended it. */
const askMs = warningMs + 5_000;

/** Warns one minute before the session ends: by its idle timeout or by its absolute timeout. */
export function EndingSoon({ facts }: { facts: SessionFacts }) {
  const { load } = useAuth();
  /** The end of the session for which the user pressed "Stay signed in". */
  const [prolonged, setProlonged] = useState<number>();
  const idleEnd = Date.parse(facts.idleExpiresAt);
  const absoluteEnd = Date.parse(facts.expiresAt);
  const canProlong = idleEnd < absoluteEnd;
  const end = Math.min(idleEnd, absoluteEnd);
  const left = end - useNow();
  const warns = left <= warningMs;
  const mustAsk = warns ? left <= -clockToleranceMs : left <= askMs;

  useEffect(() => {
    if (!mustAsk) return;
    setProlonged(undefined);
    void load({ slide: false });
  }, [mustAsk, load]);

  async function stay() {
    await load({ slide: true, fresh: true });
    setProlonged(end);
  }

  if (!warns) return prolonged && <p className="visually-hidden">You stay signed in.</p>;
  return (
    <Banner>
      <p>
        <strong>Your session ends in a minute.</strong>{' '}
        {canProlong
          ? 'You have not used it for a while: this is the idle timeout.'
          : 'This is the absolute timeout, which cannot be extended. Sign in again afterwards; what you typed is kept.'}
        {prolonged === end && ' That did not work; try again.'}
      </p>
      <TimeLeft until={end} expiredText="expired" />
      {canProlong && (
        <button type="button" className="button" onClick={stay}>
          Stay signed in
        </button>
      )}
    </Banner>
  );
}
