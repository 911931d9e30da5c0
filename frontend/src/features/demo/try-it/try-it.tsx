import { Link } from 'react-router';
import type { SessionFacts, SessionStoreKind } from '../../../lib/api/types.ts';
import { pages } from '../../../lib/paths.ts';
import { CopiedCookies } from './copied-cookies.tsx';
import { Experiment } from './experiment.tsx';
import { LargeSession } from './large-session.tsx';
import { ManyRequests } from './many-requests.tsx';
import { PaymentForm } from './payment-form.tsx';
import './try-it.css';

type Props = {
  facts: SessionFacts;
  /** True with this project's local provider, which has controls for experiments. */
  isLocal: boolean;
  /** Called after an experiment that may have renewed the tokens. */
  onDone: () => Promise<unknown>;
};

/** Experiments with the running session. */
export function TryIt({ facts, isLocal, onDone }: Props) {
  const { store, accessTokenExpiresAt } = facts;
  return (
    <section aria-labelledby="try-it" className="card stack">
      <h2 id="try-it">Try it</h2>
      <ul className="experiments">
        <ManyRequests tokenExpiresAt={Date.parse(accessTokenExpiresAt)} onDone={onDone} />
        {isLocal && (
          <>
            <LargeSession store={store} />
            <PaymentForm />
          </>
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
            <Link to={pages.sessions}>your devices</Link>.
          </p>
        </Experiment>
        <Experiment title="Simulate an outage">
          <p>{outages[store]} You stay signed in: an outage is not a sign-out.</p>
        </Experiment>
        <Experiment title={store === 'cookie' ? 'Keep the session on the server' : 'Keep the session in the browser'}>
          <p>
            Stop <code>npm start</code> with Ctrl-C, start{' '}
            <code>{`SESSION_STORE=${store === 'cookie' ? 'sqlite' : 'cookie'} npm start`}</code>, and sign in again:
            this page shows the difference.
          </p>
        </Experiment>
        <CopiedCookies facts={facts} />
      </ul>
    </section>
  );
}

const outages: Record<SessionStoreKind, string> = {
  cookie: 'Stop the backend for a moment with Ctrl-C and start it again. The session is in your cookies.',
  sqlite: 'Stop the backend for a moment with Ctrl-C, or with kill -9, and start it again. The session is in its file.',
  redis: 'Stop Redis for a moment and start it again. The page says “temporarily unavailable” and recovers.',
};
