import type { ReactNode } from 'react';
import { Fact, Facts } from '../../components/facts.tsx';
import { TimeLeft } from '../../components/time-left.tsx';
import type { SessionFacts as SessionFactsResponse } from '../../lib/api/types.ts';
import { formatMoment } from '../../lib/time.ts';
import { storeNames } from './store-names.ts';

/** What is true of the current session, with the time that is left of it. */
export function SessionFacts({ facts }: { facts: SessionFactsResponse }) {
  return (
    <Facts>
      <Fact name="Kept in">{storeNames[facts.store] ?? facts.store}</Fact>
      <Fact name="Handle">
        <code>{facts.handle}</code>
      </Fact>
      <Fact name="Signed in">
        <Moment time={facts.createdAt} />
      </Fact>
      <Fact name="Last seen">
        <Moment time={facts.lastSeenAt} />
      </Fact>
      <Fact name="Ends when idle">
        <Moment time={facts.idleExpiresAt}>
          <TimeLeft until={Date.parse(facts.idleExpiresAt)} over="over" />
        </Moment>
      </Fact>
      <Fact name="Ends at the latest">
        <Moment time={facts.expiresAt}>
          <TimeLeft until={Date.parse(facts.expiresAt)} over="over" />
        </Moment>
      </Fact>
      <Fact name="Access token">
        <Moment time={facts.accessTokenExpiresAt}>
          <TimeLeft until={Date.parse(facts.accessTokenExpiresAt)} over="renewed at the next call" />
        </Moment>
      </Fact>
    </Facts>
  );
}

function Moment({ time, children }: { time: string; children?: ReactNode }) {
  return (
    <>
      {children}
      <time dateTime={time} className={children ? 'hint' : undefined}>
        {formatMoment(time)}
      </time>
    </>
  );
}
