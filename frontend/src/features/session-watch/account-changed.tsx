import { useState } from 'react';
import { UserText } from '../../components/user-text.tsx';
import type { SessionResponse } from '../../lib/api/types.ts';
import { Banner } from './banner.tsx';

/** Notice that another user has signed in in another tab, and that this tab shows that user's pages. */
export function AccountChanged({ session }: { session: SessionResponse }) {
  const [acknowledged, setAcknowledged] = useState(session);
  if (session.userId === acknowledged.userId && session.tenantId === acknowledged.tenantId) return null;
  const { name, email } = session.metadata;
  return (
    <Banner>
      <p>
        <strong>The account has changed.</strong> You signed in as{' '}
        <UserText>{name ?? email ?? 'another user'}</UserText> in another tab.
      </p>
      <button type="button" className="button button-quiet" onClick={() => setAcknowledged(session)}>
        OK
      </button>
    </Banner>
  );
}
