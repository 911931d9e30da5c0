import type { SessionFacts } from '../../lib/api/types.ts';
import { formatMoment } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { Drawing } from './drawing.tsx';
import { type Life, lifeOf } from './life.ts';
import { useRenewals } from './use-renewals.ts';
import './life-line.css';

/** The life of the session in one drawing, from sign-in to its timeouts, with its access tokens below. */
export function LifeLine({ facts }: { facts: SessionFacts }) {
  const life = lifeOf(facts, useRenewals(facts));
  return (
    <section aria-labelledby="life-line" className="card stack">
      <h2 id="life-line">Its life</h2>
      <Drawing life={life} now={useNow()} />
      <FactsInOrder life={life} />
    </section>
  );
}

/** What the drawing shows, for whoever cannot see it. */
function FactsInOrder({ life }: { life: Life }) {
  const renewals = life.tokens.filter(({ from }) => from > life.signedInAt);
  const expiry = life.tokens.at(-1)?.to;
  const facts = [
    ['Signed in', life.signedInAt],
    ...renewals.map(({ from, renewedBy }) => [`Tokens renewed by ${renewedBy ?? 'a request'}`, from] as const),
    ...(expiry ? [['Access token expires', expiry] as const] : []),
    ['Idle timeout', life.idleEnd],
    ['Absolute timeout', life.absoluteEnd],
  ] as const;
  return (
    <ol className="visually-hidden" aria-label="The same as a list">
      {facts.map(([name, time]) => (
        <li key={`${name} ${time}`}>
          {name}: {formatMoment(new Date(time).toISOString())}
        </li>
      ))}
    </ol>
  );
}
