import { Page } from '../../components/page.tsx';
import type { SessionResponse } from '../../lib/api/types.ts';
import { SignInButton } from './sign-in-button.tsx';

/** Shown in place of a page whose session has ended under the user's hands. */
export function SessionEnded({ session }: { session: SessionResponse }) {
  const { email, tenantName } = session.metadata;
  return (
    <Page title="Your session has ended" takesFocus>
      <p className="lead">
        You were signed out: by yourself in another tab, from another place, or because you were away for a while.
      </p>
      <p>Sign in again and you come back to this page.</p>
      <SignInButton tenantName={tenantName ?? undefined} loginHint={email ?? undefined} />
    </Page>
  );
}
