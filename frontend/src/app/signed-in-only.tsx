import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Loading } from '../components/loading.tsx';
import { Page } from '../components/page.tsx';
import { RetryNotice } from '../components/retry-notice.tsx';
import { useAuth } from '../features/auth/auth-context.tsx';
import { RequireAuth } from '../features/auth/require-auth.tsx';
import { SessionEnded } from '../features/session-watch/session-ended.tsx';
import { SignInButton } from '../features/sign-in/sign-in-button.tsx';
import { useCurrentPage } from '../features/sign-in/use-current-page.ts';
import { outageMessage } from '../lib/api/outage-message.ts';
import { pages } from '../lib/paths.ts';

/** `RequireAuth` with the texts of this application. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const { state, outage } = useAuth();
  return (
    <RequireAuth
      page={useCurrentPage()}
      loading={<Loading label={state.status === 'loading' ? 'Checking your session' : 'Redirecting to sign-in'} />}
      unavailable={
        <Page title="Back in a moment">
          <RetryNotice>{outageMessage(outage?.problem)} This page opens as soon as the server responds.</RetryNotice>
        </Page>
      }
      signedOut={
        <Page title="You are signed out">
          <p className="lead">Sign in to see this page.</p>
          <p className="actions">
            <SignInButton />
            <Link to={pages.home} className="button button-quiet">
              Back to home
            </Link>
          </p>
        </Page>
      }
      ended={(ended) => <SessionEnded ended={ended} />}
    >
      {children}
    </RequireAuth>
  );
}
