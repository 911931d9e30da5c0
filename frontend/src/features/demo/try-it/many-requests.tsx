import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { TimeLeft } from '../../../components/time-left.tsx';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { Experiment } from './experiment.tsx';
import { outcomeOf, requestCount, sendRequests } from './send-requests.ts';

/** Tokens of other providers live for minutes or hours: then the requests are sent at once. */
const longestWaitMs = 60_000;

type Props = {
  /** Milliseconds since 1970. */
  tokenExpiresAt: number;
  /** Called after the requests, which may have renewed the tokens. */
  onDone: () => Promise<unknown>;
};

/** Lets the access token expire, then calls the protected resource many times at once. */
export function ManyRequests({ tokenExpiresAt, onDone }: Props) {
  const [phase, setPhase] = useState<'idle' | 'waiting' | 'sending'>('idle');
  const [outcome, setOutcome] = useState('');
  const renewals = useRef(0);
  useSessionEvent(({ type }) => {
    if (type === 'renewed') renewals.current += 1;
  });

  async function send() {
    setPhase('sending');
    renewals.current = 0;
    const answers = await sendRequests();
    await onDone();
    setOutcome(outcomeOf(answers, renewals.current));
    setPhase('idle');
  }

  function press() {
    if (phase === 'sending') return;
    setOutcome('');
    const left = tokenExpiresAt - Date.now();
    if (phase === 'idle' && left > 0 && left <= longestWaitMs) setPhase('waiting');
    else void send();
  }

  const isWaiting = phase === 'waiting';
  const onExpired = useEffectEvent(() => void send());
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(onExpired, Math.max(0, tokenExpiresAt - Date.now()));
    return () => clearTimeout(timer);
  }, [isWaiting, tokenExpiresAt]);

  return (
    <Experiment title="Fifty requests with an expired token">
      <p>
        If the access token expires within a minute, this waits for that, and then sends {requestCount} requests at
        once. One of them renews the token, the others wait for it: the provider accepts each refresh token only once.
      </p>
      <button type="button" className="button button-quiet" aria-disabled={phase === 'sending'} onClick={press}>
        {isWaiting ? 'Send them now' : `Send ${requestCount} requests`}
      </button>
      <p className="hint result">
        {isWaiting && (
          <>
            The access token expires in <TimeLeft until={tokenExpiresAt} expiredText="a moment" />.
          </>
        )}
        <span role="status">{outcome}</span>
      </p>
    </Experiment>
  );
}
