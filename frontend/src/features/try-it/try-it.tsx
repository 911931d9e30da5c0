import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { SessionStoreKind } from '../../lib/api/types.ts';
import { pages } from '../../lib/paths.ts';
import './try-it.css';
import { manyRequests, type Outcome, sendManyRequests } from './many-requests.ts';

type Props = {
  store: SessionStoreKind;
  /** Whether the provider is this project's own: it has controls for experiments. */
  isLocal: boolean;
  /** Told after the experiment: it may have renewed the tokens. */
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
          <Experiment title="A session of more than 4 KB">
            <p>
              {largeSessions[store]}{' '}
              <a href={`${providerControls}?accessTokenPadding=4000`} target="_blank" rel="noopener">
                Have the local provider make longer tokens
              </a>
              , and watch “Its cookies” below after the next renewal: each token lives for a minute.
            </p>
          </Experiment>
        )}
        <Experiment title="The same session in another tab">
          <p>
            Both tabs share it.{' '}
            <a href={pages.session} target="_blank" rel="noopener">
              Open another tab
            </a>
            , sign out there, and watch this one.
          </p>
        </Experiment>
        <Experiment title="End it from another place">
          <p>
            Sign in with a second browser and{' '}
            {store === 'cookie' ? 'sign out everywhere else there' : 'end this session there'}, on{' '}
            <Link to={pages.sessions}>your sessions</Link>.
          </p>
        </Experiment>
        <Experiment title="Stop what it depends on">
          <p>{outages[store]} You stay signed in: a server that cannot answer is not a sign-out.</p>
        </Experiment>
      </ul>
    </section>
  );
}

/** Where `npm start` has it. */
const providerControls = 'http://localhost:6100/__test/config';

const largeSessions: Record<SessionStoreKind, string> = {
  cookie: 'Browsers drop a cookie of more than 4,096 bytes, so a larger session travels in several.',
  sqlite: 'On the server it may be as large as it likes: the cookie stays as it is.',
  redis: 'On the server it may be as large as it likes: the cookie stays as it is.',
};

const outages: Record<SessionStoreKind, string> = {
  cookie: 'Stop the backend for a moment with Ctrl-C and start it again. The session is in your cookies.',
  sqlite: 'Stop the backend for a moment with Ctrl-C, or with kill -9, and start it again. The session is in its file.',
  redis: 'Stop Redis for a moment and start it again. The page says “temporarily unavailable” and recovers.',
};

function ManyRequests({ onDone }: Pick<Props, 'onDone'>) {
  const [isRunning, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();

  async function send() {
    if (isRunning) return;
    setRunning(true);
    setOutcome(await sendManyRequests());
    await onDone();
    setRunning(false);
  }

  return (
    <Experiment title="Fifty requests at once">
      <p>If the access token has expired, one of them renews it, and all the others wait for that one.</p>
      <button type="button" className="button button-quiet" aria-disabled={isRunning} onClick={send}>
        Send {manyRequests} requests
      </button>
      <p role="status" className="hint result">
        {outcome && `${outcome.ok} of ${manyRequests} answered with 200, in ${Math.round(outcome.duration)} ms.`}
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
