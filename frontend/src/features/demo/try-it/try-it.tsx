import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { SessionStoreKind } from '../../../lib/api/types.ts';
import { pages } from '../../../lib/paths.ts';
import './try-it.css';
import { manyRequests, sendManyRequests } from './many-requests.ts';

type Props = {
  store: SessionStoreKind;
  /** True with this project's local provider, which has controls for experiments. */
  isLocal: boolean;
  /** Called after the experiment, which may have refreshed the tokens. */
  onDone: () => Promise<unknown>;
};

/** Experiments with the running session. */
export function TryIt({ store, isLocal, onDone }: Props) {
  return (
    <section aria-labelledby="try-it" className="card stack">
      <h2 id="try-it">Try it</h2>
      <ul className="experiments">
        <ManyRequests onDone={onDone} />
        {isLocal && (
          <Experiment title="A session larger than 4 KB">
            <p>
              {largeSessions[store]}{' '}
              <a href={`${providerControls}?accessTokenPadding=4000`} target="_blank" rel="noopener">
                Let the local provider issue longer tokens
              </a>
              , and watch “Session cookies” below after the next refresh: each token lives for a minute.
            </p>
          </Experiment>
        )}
        <Experiment title="The same session in another tab">
          <p>
            Both tabs share the session.{' '}
            <a href={pages.session} target="_blank" rel="noopener">
              Open another tab
            </a>
            , sign out there, and watch this one.
          </p>
        </Experiment>
        <Experiment title="End this session from another browser">
          <p>
            Sign in with a second browser and{' '}
            {store === 'cookie' ? 'sign out everywhere else there' : 'end this session there'}, on{' '}
            <Link to={pages.sessions}>your sessions</Link>.
          </p>
        </Experiment>
        <Experiment title="Simulate an outage">
          <p>{outages[store]} You stay signed in: an outage is not a sign-out.</p>
        </Experiment>
      </ul>
    </section>
  );
}

/** URL of the local provider's controls under `npm start`. */
const providerControls = 'http://localhost:6100/__test/config';

const largeSessions: Record<SessionStoreKind, string> = {
  cookie: 'Browsers drop a cookie of more than 4,096 bytes, so a larger session is split into several.',
  sqlite: 'The size of a session on the server has no effect on the cookie.',
  redis: 'The size of a session on the server has no effect on the cookie.',
};

const outages: Record<SessionStoreKind, string> = {
  cookie: 'Stop the backend for a moment with Ctrl-C and start it again. The session is in your cookies.',
  sqlite: 'Stop the backend for a moment with Ctrl-C, or with kill -9, and start it again. The session is in its file.',
  redis: 'Stop Redis for a moment and start it again. The page says “temporarily unavailable” and recovers.',
};

function ManyRequests({ onDone }: Pick<Props, 'onDone'>) {
  const [isRunning, setRunning] = useState(false);
  const [outcome, setOutcome] = useState('');

  async function send() {
    if (isRunning) return;
    setRunning(true);
    setOutcome(await sendManyRequests());
    await onDone();
    setRunning(false);
  }

  return (
    <Experiment title="Fifty requests at once">
      <p>If the access token has expired, one request refreshes it and the others wait for it.</p>
      <button type="button" className="button button-quiet" aria-disabled={isRunning} onClick={send}>
        Send {manyRequests} requests
      </button>
      <p role="status" className="hint result">
        {outcome}
      </p>
    </Experiment>
  );
}

function Experiment({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <h3>{title}</h3>
      {children}
    </li>
  );
}
