import { type ReactNode, useEffect } from 'react';
import { Loading } from '../../components/loading.tsx';
import { Page } from '../../components/page.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { loginUrl } from '../../lib/paths.ts';
import { useAuth } from './auth-context.tsx';
import { SessionEnded } from './session-ended.tsx';
import { useWantedPage } from './use-wanted-page.ts';

/**
 * Shows its children to signed-in users only. Others are taken to sign-in and come back to the page they wanted;
 * who was signed in a moment ago stays where they are, is told, and decides.
 */
export function RequireAuth({ children }: { children: ReactNode }) {
  const { state, leaveTo, load } = useAuth();
  const wantedPage = useWantedPage();
  const mustSignIn = state.status === 'unauthenticated' && !state.ended;

  useEffect(() => {
    // Replaced, so that the back button leads to the page before this one and not into the sign-in again.
    if (mustSignIn) leaveTo(loginUrl({ returnUrl: wantedPage }), { replace: true });
  }, [mustSignIn, leaveTo, wantedPage]);

  switch (state.status) {
    case 'authenticated':
      return children;
    case 'loading':
      return <Loading label="Looking for your session" />;
    case 'unauthenticated':
      return state.ended ? <SessionEnded session={state.ended} /> : <Loading label="Taking you to sign-in" />;
    case 'unavailable':
      return (
        <Page title="Back in a moment">
          <RetryNotice retryAt={state.retryAt} onRetry={() => load()}>
            The server cannot be reached just now. This signs nobody out, and the page opens by itself when it is back.
          </RetryNotice>
        </Page>
      );
  }
}
