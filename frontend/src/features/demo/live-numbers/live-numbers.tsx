import type { SessionFacts } from '../../../lib/api/types.ts';
import { formatCountdown } from '../../../lib/time.ts';
import { useNow } from '../../../lib/use-now.ts';
import './live-numbers.css';

/** Countdowns to the renewal of the access token and to both timeouts. */
export function LiveNumbers({ facts }: { facts: SessionFacts }) {
  return (
    <section aria-label="Time left" className="card">
      <dl className="live-numbers">
        <LiveNumber
          name="Access token"
          until={facts.accessTokenExpiresAt}
          meaning="until it is renewed"
          after={['expired', 'the next request renews it']}
        />
        <LiveNumber
          name="Idle timeout"
          until={facts.idleExpiresAt}
          meaning="without activity"
          after={['reached', 'the session has ended']}
        />
        <LiveNumber
          name="Absolute timeout"
          until={facts.expiresAt}
          meaning="active or not"
          after={['reached', 'the session has ended']}
        />
      </dl>
    </section>
  );
}

type Props = {
  name: string;
  /** RFC 3339. */
  until: string;
  meaning: string;
  /** What stands in place of the countdown and its meaning after its end. */
  after: [value: string, meaning: string];
};

function LiveNumber({ name, until, meaning, after }: Props) {
  const left = Date.parse(until) - useNow();
  const [value, hint] = left > 0 ? [formatCountdown(left), meaning] : after;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span role="timer" className="live-number">
          {value}
        </span>
        <span className="hint">{hint}</span>
      </dd>
    </div>
  );
}
