import { useNavigate } from 'react-router';
import { Page } from '../../components/page.tsx';
import { SessionsPanel } from '../../features/active-sessions/sessions-panel.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { loginUrl } from '../../features/auth/login-url.ts';
import { SignOutButton } from '../../features/sign-in/sign-out-button.tsx';
import { forgetDrafts } from '../../lib/drafts.ts';
import { pages } from '../../lib/paths.ts';

/** Where the user is signed in, and how to end that. */
export function SessionsPage() {
  const { state, signedOut } = useAuth();
  const { tenantName, email, session } = useSession().metadata;
  const navigate = useNavigate();

  function leave() {
    forgetDrafts();
    void navigate(pages.home);
    signedOut();
  }

  const signInUrl = (ending: string) =>
    loginUrl({ tenantName, loginHint: email, returnUrl: `${pages.sessions}?end=${ending}`, prompt: 'login' });

  return (
    <Page title="Sessions" heading="Your sessions">
      <p className="lead">
        {session.store === 'cookie'
          ? 'Your browser keeps its session itself, so the server has no list of the others. You can still end them from here.'
          : 'Where you are signed in, and how to end it.'}
      </p>
      <SessionsPanel
        handle={session.handle}
        isRunning={state.status === 'authenticated'}
        signOutHere={<SignOutButton>Sign out here</SignOutButton>}
        signInUrl={signInUrl}
        onSignedOut={leave}
      />
    </Page>
  );
}
