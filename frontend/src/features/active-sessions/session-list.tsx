import type { ReactNode } from 'react';
import { Fact, Facts } from '../../components/facts.tsx';
import { Moment } from '../../components/moment.tsx';
import type { SessionSummary } from '../../lib/api/types.ts';
import { deviceName } from './device-name.ts';

/** Each session with its device and its times; `actionFor` gives the way to end it. */
export function SessionList(props: { sessions: SessionSummary[]; actionFor: (session: SessionSummary) => ReactNode }) {
  return (
    <ul className="columns" aria-label="Your sessions">
      {props.sessions.map((session) => (
        <li key={session.handle} className="card stack session">
          <h2>
            {deviceName(session.userAgent)} {session.current && <span className="tag">This browser</span>}
          </h2>
          <Facts>
            <Fact name="Signed in">
              <Moment time={session.createdAt} />
            </Fact>
            <Fact name="Last seen">
              <Moment time={session.lastSeenAt} />
            </Fact>
            <Fact name="Ends if not used">
              <Moment time={session.expiresAt} />
            </Fact>
          </Facts>
          {props.actionFor(session)}
        </li>
      ))}
    </ul>
  );
}
