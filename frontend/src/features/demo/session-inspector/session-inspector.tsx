import type { ReactNode } from 'react';
import { SourceLink } from '../../../components/source-link.tsx';
import type { SessionFacts as SessionFactsResponse, SessionStoreKind } from '../../../lib/api/types.ts';
import { storeNames } from '../store-names.ts';
import { useBoundCookies } from '../use-bound-cookies.ts';
import { ApproachTable } from './approach-table.tsx';
import { CookieFacts } from './cookie-facts.tsx';
import { SessionFacts } from './session-facts.tsx';
import './session-inspector.css';

const storeMeanings: Record<SessionStoreKind, string> = {
  cookie:
    'The browser sends the whole session with each request, encrypted. The server does not store the session, only revocations and recently refreshed tokens.',
  sqlite: 'The browser has only an id. The server keeps the session in one file, and reads it from memory.',
  redis: 'The browser has only an id. All servers share the session, and each reads it from its own memory.',
};

const sources = {
  'Sessions in cookies': 'crates/sessions/src/stores/browser.rs',
  'Sessions in SQLite': 'crates/sessions/src/sqlite/store.rs',
  'Sessions in Redis': 'crates/sessions/src/redis/store.rs',
  'Token refresh': 'crates/sessions/src/refresh/mod.rs',
  'Auth state of this page': 'frontend/src/features/auth/auth-store.ts',
  'Architecture, step by step': 'docs/architecture.md',
};

/** Storage, facts and cookies of the session, with a comparison of both kinds of storage. */
export function SessionInspector({ facts }: { facts: SessionFactsResponse }) {
  const { store, cookies } = facts;
  const approach = store === 'cookie' ? 'Client-side' : 'Server-side';
  return (
    <section aria-labelledby="inspector" className="card stack inspector">
      <h2 id="inspector">How this session works</h2>
      <p>
        <strong>{`${approach}: ${storeNames[store]}.`}</strong> {storeMeanings[store]}
      </p>
      <div className="columns">
        <Part title="Session details">
          <SessionFacts facts={facts} boundCookies={useBoundCookies(facts)} />
        </Part>
        <Part title="Session cookies">
          <CookieFacts cookies={cookies} />
        </Part>
      </div>
      <Part title="Client-side and server-side sessions">
        <ApproachTable inUse={approach} cookies={cookies} />
      </Part>
      <Part title="Source code">
        <ul className="sources">
          {Object.entries(sources).map(([title, path]) => (
            <li key={path}>
              <SourceLink path={path}>{title}</SourceLink>
            </li>
          ))}
        </ul>
      </Part>
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="stack">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
