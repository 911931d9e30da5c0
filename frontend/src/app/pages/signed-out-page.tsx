import { useSearchParams } from 'react-router';
import { Page } from '../../components/page.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { SignOutButton } from '../../features/sign-in/sign-out-button.tsx';
import { useAppConfig } from '../../lib/app-config.ts';
import { SignInCard } from './sign-in-card.tsx';
import { readSignOutOutcome, type SignOutOutcome } from './sign-out-outcome.ts';
import '../../components/steps.css';
import './signed-out-page.css';

type Props = {
  /** True if this tab has just signed out everywhere. */
  isEverywhere: boolean;
};

/** Target of the backend's redirect after a sign-out: the steps that were done, and those that were not. */
export function SignedOutPage({ isEverywhere }: Props) {
  const { state } = useAuth();
  const [query] = useSearchParams();
  const outcome = readSignOutOutcome(query);
  const isSignedIn = state.status === 'authenticated';
  const hasOutcome = !isSignedIn && outcome.session !== undefined && outcome.session !== 'kept';

  if (outcome.session === 'kept' && state.status !== 'unauthenticated') return <StillSignedIn />;
  return (
    <Page title={isSignedIn ? 'You are signed in' : 'You are signed out'}>
      <div className="signed-out">
        {hasOutcome && <SignOutSteps outcome={outcome} isEverywhere={isEverywhere} />}
        <SignInCard prompt={isEverywhere ? 'login' : undefined} />
      </div>
    </Page>
  );
}

function StillSignedIn() {
  return (
    <Page title="You are still signed in">
      <p className="lead">The sign-out failed: the session store is unavailable. Nothing has changed.</p>
      <p>Wait a moment and try again. Until then, lock this device when you leave it.</p>
      <p className="actions">
        <SignOutButton className="button">Try to sign out again</SignOutButton>
      </p>
    </Page>
  );
}

type StepsProps = Props & { outcome: SignOutOutcome };

function SignOutSteps({ outcome: { session, tokens, provider }, isEverywhere }: StepsProps) {
  const usesRevocationList = useAppConfig()?.sessionStore === 'cookie';
  return (
    <ol className="steps sign-out-steps" aria-label="Sign-out steps">
      {isEverywhere && (
        <Step title="Your other sessions were ended">Wherever you were signed in, you are signed out.</Step>
      )}
      {session === 'none' ? (
        <Step title="There was no session to end">You were signed out already.</Step>
      ) : (
        <>
          <Step title="Your session was ended">
            {usesRevocationList
              ? 'It is on the server’s list of revoked sessions: a copy of its cookies no longer works.'
              : 'The server deleted it: its id no longer works.'}
          </Step>
          <Step title="The session cookies were removed">This browser has no copy of the session.</Step>
        </>
      )}
      {tokens === 'revoked' && <Step title="The refresh token was revoked">Nobody can use it to get new tokens.</Step>}
      {tokens === 'revoking' && (
        <Step title="The refresh token is not revoked yet" isOpen>
          The identity provider is unavailable. The server keeps trying; you need to do nothing.
        </Step>
      )}
      {provider === 'ended' && (
        <Step title="Your session at the identity provider was ended">The next sign-in asks for your password.</Step>
      )}
      {provider === 'stays' && (
        <Step title="Your session at the identity provider continues" isOpen>
          This application cannot end it: the next sign-in may not ask for your password. Sign out there, too.
        </Step>
      )}
      {provider === 'open' && (
        <Step title="Your session at the identity provider was not ended" isOpen>
          Others who use this browser may sign in as you without your password. Sign out there, too.
        </Step>
      )}
    </ol>
  );
}

function Step({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: string }) {
  return (
    <li className={isOpen ? 'open' : 'done'}>
      <h2>
        <span className="visually-hidden">{isOpen ? 'Not done: ' : 'Done: '}</span>
        {title}
      </h2>
      <p>{children}</p>
    </li>
  );
}
