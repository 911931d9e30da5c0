import { useState } from 'react';
import type { SessionResponse } from '../../lib/api/types.ts';
import { Banner } from './banner.tsx';

/** Says that somebody else has signed in in another tab, and whose pages this tab shows since then. */
export function AccountChanged({ session }: { session: SessionResponse }) {
  const [acknowledged, setAcknowledged] = useState(session);
  if (session.userId === acknowledged.userId && session.tenantId === acknowledged.tenantId) return null;
  const { name, email } = session.metadata;
  return (
    <Banner>
      <p>
        <strong>The account has changed.</strong> Somebody signed in in another tab: you are now{' '}
        {name ?? email ?? 'another user'}.
      </p>
      <button type="button" className="button button-quiet" onClick={() => setAcknowledged(session)}>
        OK
      </button>
    </Banner>
  );
}
