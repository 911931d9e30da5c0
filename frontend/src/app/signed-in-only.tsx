import type { ReactNode } from 'react';
import { Loading } from '../components/loading.tsx';
import { Page } from '../components/page.tsx';
import { RetryNotice } from '../components/retry-notice.tsx';
import { useAuth } from '../features/auth/auth-context.tsx';
import { RequireAuth } from '../features/auth/require-auth.tsx';
import { SessionEnded } from '../features/session-watch/session-ended.tsx';
import { useCurrentPage } from '../features/sign-in/use-current-page.ts';

/** `RequireAuth` with the words of this application. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const { state, load } = useAuth();
  return (
    <RequireAuth
      page={useCurrentPage()}
      loading={<Loading label={state.status === 'loading' ? 'Looking for your session' : 'Taking you to sign-in'} />}
      unavailable={(retryAt) => (
        <Page title="Back in a moment">
          <RetryNotice retryAt={retryAt} onRetry={() => load()}>
            The server can’t be reached right now. You are still signed in; this page will reload automatically.
          </RetryNotice>
        </Page>
      )}
      ended={(ended) => <SessionEnded ended={ended} />}
    >
      {children}
    </RequireAuth>
  );
}
