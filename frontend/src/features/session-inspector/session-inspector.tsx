import type { ReactNode } from 'react';
import type { SessionFacts as SessionFactsResponse, SessionStoreKind } from '../../lib/api/types.ts';
import { ApproachTable } from './approach-table.tsx';
import { CookieFacts } from './cookie-facts.tsx';
import { SessionFacts } from './session-facts.tsx';
import { Sources } from './sources.tsx';
import { storeNames } from './store-names.ts';
import './session-inspector.css';

const storeMeanings: Record<SessionStoreKind, string> = {
  cookie:
    'The whole session comes along with each request, encrypted. The server remembers only which sessions were revoked.',
  sqlite: 'The browser holds nothing but an id. The server keeps the session in one file, and answers from its memory.',
  redis: 'The browser holds nothing but an id. All servers share the session, and each answers from its own memory.',
};

/** How the session is kept, what it costs, and how the other way would be. */
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
        <Part title="What is known of it">
          <SessionFacts facts={facts} />
        </Part>
        <Part title="Its cookies">
          <CookieFacts cookies={cookies} />
        </Part>
      </div>
      <Part title="Two ways to keep a session">
        <ApproachTable inUse={approach} cookies={cookies} />
      </Part>
      <Part title="Read on">
        <Sources />
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
