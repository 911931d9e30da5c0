import type { ReactNode } from 'react';
import { Fact, Facts } from '../../components/facts.tsx';
import { Moment } from '../../components/moment.tsx';
import { UserText } from '../../components/user-text.tsx';
import type { SessionSummary } from '../../lib/api/types.ts';
import { formatAgo } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { DeviceIcon } from './device-icon.tsx';
import { deviceName } from './device-name.ts';

type Props = {
  sessions: SessionSummary[];
  /** Returns the button that ends the session. */
  actionFor: (session: SessionSummary) => ReactNode;
};

/** One row per session: device, sign-in and last use, with the other facts in a disclosure. */
export function SessionList({ sessions, actionFor }: Props) {
  const now = useNow();
  return (
    <ul className="card sessions" aria-label="Your devices">
      {sessions.map((session) => (
        <li key={session.handle}>
          <DeviceIcon userAgent={session.userAgent} />
          <div className="session-name">
            <h2>
              {deviceName(session.userAgent)} {session.current && <span className="tag">This browser</span>}
            </h2>
            <p className="hint">
              Signed in <time dateTime={session.createdAt}>{formatAgo(session.createdAt, now)}</time> · last seen{' '}
              <time dateTime={session.lastSeenAt}>{formatAgo(session.lastSeenAt, now)}</time>
            </p>
          </div>
          {actionFor(session)}
          <Details session={session} />
        </li>
      ))}
    </ul>
  );
}

function Details({ session }: { session: SessionSummary }) {
  return (
    <details>
      <summary>
        Details<span className="visually-hidden"> of {deviceName(session.userAgent)}</span>
      </summary>
      <Facts>
        <Fact name="Signed in">
          <Moment time={session.createdAt} />
        </Fact>
        <Fact name="Last seen">
          <Moment time={session.lastSeenAt} />
        </Fact>
        <Fact name="Idle timeout">
          <Moment time={session.expiresAt} />
        </Fact>
        <Fact name="Handle">
          <code>{session.handle}</code>
        </Fact>
        <Fact name="Bound to its device">{session.deviceBoundAt ? <Moment time={session.deviceBoundAt} /> : 'no'}</Fact>
        <Fact name="User agent">{session.userAgent && <UserText>{session.userAgent}</UserText>}</Fact>
      </Facts>
    </details>
  );
}
