import { Page } from '../../components/page.tsx';
import { SessionsPanel } from '../../features/active-sessions/sessions-panel.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { logoutUrl } from '../../features/auth/login-url.ts';
import { noteSignOut } from '../../features/sign-in/pending-sign-out.ts';
import { SignOutButton } from '../../features/sign-in/sign-out-button.tsx';

/** The user's sessions in all browsers, and the buttons to end them. */
export function SessionsPage() {
  const { state, outage, leaveTo } = useAuth();
  const { session } = useSession().metadata;

  /** Ends the current session, here and at the provider, after the others have ended. */
  async function signOutHereToo(): Promise<boolean> {
    const left = await leaveTo(logoutUrl);
    if (left) noteSignOut(session.handle, { isEverywhere: true });
    return left;
  }

  return (
    <Page title="Devices" heading="Your devices">
      <p className="lead">
        {session.store === 'cookie'
          ? 'Your browser keeps its session itself, so the server has no list of the others. You can still end them from here.'
          : 'Where you are signed in, and how to sign out there.'}
      </p>
      <SessionsPanel
        session={session}
        isRunning={state.status === 'authenticated'}
        isOutage={outage !== null}
        signOutHere={<SignOutButton>Sign out here</SignOutButton>}
        onOthersEnded={signOutHereToo}
      />
    </Page>
  );
}
