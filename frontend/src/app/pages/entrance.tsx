import { Link } from 'react-router';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { UserText } from '../../components/user-text.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { endReasons } from '../../features/session-watch/end-reasons.ts';
import { SignInButton } from '../../features/sign-in/sign-in-button.tsx';
import { SignInForm } from '../../features/sign-in/sign-in-form.tsx';
import { TestUsers } from '../../features/sign-in/test-users.tsx';
import type { SessionResponse } from '../../lib/api/types.ts';
import { useAppConfig } from '../../lib/app-config.ts';
import { pages } from '../../lib/paths.ts';

/** The way in: sign-in for strangers, a greeting for who is signed in. Keeps its place while that is not known. */
export function Entrance() {
  const { state, load } = useAuth();
  const config = useAppConfig();

  if (state.status === 'loading' || !config) {
    return (
      <div className="card entrance">
        <Loading label="Looking for your session" />
      </div>
    );
  }
  if (state.status === 'authenticated') return <Greeting session={state.session} />;
  if (state.status === 'unavailable') {
    return (
      <div className="card entrance">
        <RetryNotice retryAt={state.retryAt} onRetry={() => load()}>
          The server can’t be reached right now. If you were signed in, you still are; this page will reload
          automatically.
        </RetryNotice>
      </div>
    );
  }
  // Signed out everywhere, the user may still be signed in at the provider: another could go on from there.
  const prompt = state.ended?.reason === 'signed out' ? 'login' : undefined;
  const options = { returnUrl: pages.session, prompt } as const;
  return (
    <section aria-labelledby="sign-in" className="card entrance stack">
      <h2 id="sign-in">Sign in</h2>
      {state.ended && (
        <p role="status" className="notice">
          {state.ended.reason === 'ended' ? 'Your session has ended.' : endReasons[state.ended.reason]}
        </p>
      )}
      {config.hasTenants === false ? (
        <SignInButton {...options}>Sign in</SignInButton>
      ) : (
        <SignInForm defaultTenantName={config.defaultTenantName ?? undefined} {...options} />
      )}
      {config.localProvider && <TestUsers {...options} />}
    </section>
  );
}

function Greeting({ session: { metadata } }: { session: SessionResponse }) {
  return (
    <section aria-labelledby="greeting" className="card entrance stack">
      <h2 id="greeting">
        Welcome{metadata.name && ', '}
        <UserText>{metadata.name}</UserText>
      </h2>
      <p>
        You are signed in
        {metadata.tenantName && (
          <>
            {' '}
            to <strong>{metadata.tenantName}</strong>
          </>
        )}
        {metadata.email && (
          <>
            {' '}
            as <UserText>{metadata.email}</UserText>
          </>
        )}
        .
      </p>
      <Link to={pages.session} className="button">
        See your session
      </Link>
    </section>
  );
}
