import { Link } from 'react-router';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { UserText } from '../../components/user-text.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { endSentence } from '../../features/session-watch/end-reasons.ts';
import { CreateAccountButton } from '../../features/sign-in/create-account-button.tsx';
import { SignInButton } from '../../features/sign-in/sign-in-button.tsx';
import { SignInForm } from '../../features/sign-in/sign-in-form.tsx';
import { TestUsers } from '../../features/sign-in/test-users.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import type { SessionResponse } from '../../lib/api/types.ts';
import { useAppConfig } from '../../lib/app-config.ts';
import { pages } from '../../lib/paths.ts';

type Props = {
  /** `login` makes the provider ask for the password even if the user is signed in there. */
  prompt?: 'login' | undefined;
};

/** Sign-in form, or a greeting if the user is signed in. Keeps its size while the session loads. */
export function SignInCard({ prompt }: Props) {
  const { state, outage } = useAuth();
  const config = useAppConfig();

  if (state.status === 'loading' || !config) {
    return (
      <div className="card sign-in-card">
        <Loading label="Checking your session" />
      </div>
    );
  }
  if (state.status === 'authenticated') return <Greeting session={state.session} />;
  if (state.status === 'unavailable') {
    return (
      <div className="card sign-in-card">
        <RetryNotice>{outageMessage(outage?.problem)} This page continues as soon as the server responds.</RetryNotice>
      </div>
    );
  }
  const options = { returnUrl: pages.session, prompt } as const;
  const tenant = { defaultTenantName: config.defaultTenantName ?? undefined, ...options };
  return (
    <section aria-labelledby="sign-in" className="card sign-in-card stack">
      <h2 id="sign-in">Sign in</h2>
      {state.ended && (
        <p role="status" className="notice">
          <strong>Your session has ended.</strong> {endSentence(state.ended.reason)}
        </p>
      )}
      {config.hasTenants === false && <SignInButton {...options}>Sign in</SignInButton>}
      {config.hasTenants !== false && !config.localProvider && <SignInForm {...tenant} />}
      {config.localProvider && (
        <>
          <TestUsers {...options} />
          <details className="another-tenant">
            <summary>Use another tenant</summary>
            <SignInForm {...tenant} />
          </details>
        </>
      )}
      {config.signUp && <CreateAccountButton returnUrl={pages.session} />}
    </section>
  );
}

function Greeting({ session: { metadata } }: { session: SessionResponse }) {
  return (
    <section aria-labelledby="greeting" className="card sign-in-card stack">
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
