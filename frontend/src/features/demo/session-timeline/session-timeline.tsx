import type { SessionFacts } from '../../../lib/api/types.ts';
import { formatMoment } from '../../../lib/time.ts';
import { useNow } from '../../../lib/use-now.ts';
import type { BoundCookie } from '../bound-cookies.ts';
import { useBoundCookies } from '../use-bound-cookies.ts';
import { Drawing } from './drawing.tsx';
import { type Timeline, type TokenLifetime, timelineOf } from './timeline.ts';
import { useRefreshes } from './use-refreshes.ts';
import './session-timeline.css';

/** Drawing of the session from sign-in to its timeouts, with its access tokens and bound cookies below. */
export function SessionTimeline({ facts }: { facts: SessionFacts }) {
  const timeline = timelineOf(facts, useRefreshes(facts), useBoundCookies(facts));
  const now = useNow();
  return (
    <section aria-labelledby="session-timeline" className="card stack">
      <h2 id="session-timeline">Session timeline</h2>
      <Drawing timeline={timeline} now={now} />
      <TokenCaption token={timeline.tokens.at(-1)} signedInAt={timeline.signedInAt} now={now} />
      <BoundCookieCaption cookie={timeline.boundCookies.at(-1)} now={now} />
      <FactsInOrder timeline={timeline} now={now} />
    </section>
  );
}

type CaptionProps = { token: TokenLifetime | undefined; signedInAt: number; now: number };

/** Caption of the thin bar, whose position depends on the width of the window. */
function TokenCaption({ token, signedInAt, now }: CaptionProps) {
  if (!token) return null;
  const { from, to, refreshedBy } = token;
  const hasExpired = to !== undefined && to <= now;
  return (
    <p className="hint line-caption">
      <span className={hasExpired ? 'line-key' : 'line-key line-key-valid'} aria-hidden="true" />
      Access token
      {from > signedInAt && `, renewed ${moment(from)} by ${refreshedBy ?? 'a request'}`}
      {hasExpired && `, expired ${moment(to)}: the next request renews it`}
    </p>
  );
}

/** Caption of the thinnest bar. */
function BoundCookieCaption({ cookie, now }: { cookie: BoundCookie | undefined; now: number }) {
  if (!cookie) return null;
  const { from, until } = cookie;
  const hasEnded = until <= now;
  return (
    <p className="hint line-caption">
      <span
        className={hasEnded ? 'line-key line-key-thin' : 'line-key line-key-thin line-key-valid'}
        aria-hidden="true"
      />
      {hasEnded
        ? `Bound cookie, ended ${moment(until)}: the browser renews it before its next request`
        : `Bound cookie of ${moment(from)}: copies stop working at ${moment(until)}`}
    </p>
  );
}

/** The drawing as a list, for screen readers. */
function FactsInOrder({ timeline, now }: { timeline: Timeline; now: number }) {
  const refreshes = timeline.tokens.filter(({ from }) => from > timeline.signedInAt);
  const expiry = timeline.tokens.at(-1)?.to;
  const bound = timeline.boundCookies.at(-1)?.until;
  const facts = [
    ['Signed in', timeline.signedInAt],
    ...refreshes.map(({ from, refreshedBy }) => [`Tokens renewed by ${refreshedBy ?? 'a request'}`, from] as const),
    ...(expiry ? [[expiry > now ? 'Access token expires' : 'Access token expired', expiry] as const] : []),
    ...(bound ? [[bound > now ? 'Bound cookie ends' : 'Bound cookie ended', bound] as const] : []),
    ['Idle timeout', timeline.idleEnd],
    ['Absolute timeout', timeline.absoluteEnd],
  ] as const;
  return (
    <ol className="visually-hidden" aria-label="Session timeline as a list">
      {facts.map(([name, time]) => (
        <li key={`${name} ${time}`}>
          {name}: {moment(time)}
        </li>
      ))}
    </ol>
  );
}

function moment(time: number): string {
  return formatMoment(new Date(time).toISOString());
}
