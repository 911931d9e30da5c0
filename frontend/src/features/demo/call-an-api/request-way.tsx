import { Fact, Facts } from '../../../components/facts.tsx';
import { Moment } from '../../../components/moment.tsx';
import type { OrdersResponse } from './orders-api.ts';

/** Headers that say nothing here. */
const plumbing = ['host', 'connection', 'content-length', 'accept-encoding'];

/** A request in three steps: what the page sent, what the backend sent on, what came back. */
export function RequestWay({ sent, answer }: { sent: string; answer: OrdersResponse }) {
  const { received, ...body } = answer;
  const { token } = received;
  const headers = Object.entries(received.headers).filter(([name]) => !plumbing.includes(name));
  return (
    <ol className="request-way">
      <Step title="This page sent">
        <Facts>
          <Fact name="Request">
            <code>{sent}</code>
          </Fact>
          <Fact name="Cookie">the session’s, added by the browser</Fact>
          <Fact name="Access token">none</Fact>
        </Facts>
      </Step>
      <Step title="The backend sent on">
        <Facts>
          <Fact name="Request">
            <code>
              {received.method} {received.path}
            </code>
          </Fact>
          {headers.map(([name, value]) => (
            <Fact key={name} name={<code>{name}</code>}>
              <code>{value}</code>
            </Fact>
          ))}
          <Fact name="Cookie">{received.headers.cookie ?? 'none'}</Fact>
        </Facts>
        <p className="hint">
          The service has verified the token: issued by <code>{token.iss}</code> for <code>{token.aud}</code>, valid
          until <Moment time={new Date(token.exp * 1_000).toISOString()} />.
        </p>
      </Step>
      <Step title="What came back">
        <pre>{JSON.stringify(body, null, 2)}</pre>
      </Step>
    </ol>
  );
}

function Step({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <li className="stack">
      <h3>{title}</h3>
      {children}
    </li>
  );
}
