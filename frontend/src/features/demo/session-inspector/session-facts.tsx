import { Fact, Facts } from '../../../components/facts.tsx';
import { Moment } from '../../../components/moment.tsx';
import { TimeLeft } from '../../../components/time-left.tsx';
import type { SessionFacts as SessionFactsResponse } from '../../../lib/api/types.ts';
import { storeNames } from '../store-names.ts';

/** Facts of the current session, with countdowns to its timeouts. */
export function SessionFacts({ facts }: { facts: SessionFactsResponse }) {
  return (
    <Facts>
      <Fact name="Stored in">{storeNames[facts.store] ?? facts.store}</Fact>
      <Fact name="Handle">
        <code>{facts.handle}</code>
      </Fact>
      <Fact name="Bound to this device">
        {facts.deviceBoundAt ? <Moment time={facts.deviceBoundAt} /> : 'no'}
        {!facts.deviceBoundAt && <span className="hint">needs https, and Chrome on Windows or macOS</span>}
      </Fact>
      <Fact name="Signed in">
        <Moment time={facts.createdAt} />
      </Fact>
      <Fact name="Last seen">
        <Moment time={facts.lastSeenAt} />
      </Fact>
      <Countdown name="Idle timeout" until={facts.idleExpiresAt} />
      <Countdown name="Absolute timeout" until={facts.expiresAt} />
      <Countdown name="Access token" until={facts.accessTokenExpiresAt} expiredText="refreshed at the next call" />
      <Fact name="Token refreshed">
        {facts.tokenRefreshedAt ? <Moment time={facts.tokenRefreshedAt} /> : 'not since you signed in'}
        {facts.tokenRefreshedBy && <span className="hint">by {facts.tokenRefreshedBy}</span>}
      </Fact>
    </Facts>
  );
}

function Countdown({ name, until, expiredText = 'expired' }: { name: string; until: string; expiredText?: string }) {
  return (
    <Fact name={name}>
      <TimeLeft until={Date.parse(until)} expiredText={expiredText} />
      <Moment time={until} className="hint" />
    </Fact>
  );
}
