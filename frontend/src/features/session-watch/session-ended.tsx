import { Page } from '../../components/page.tsx';
import { useFocusReturn } from '../../lib/use-focus-return.ts';
import type { EndedSession } from '../auth/auth-state.ts';
import { isLeavingToSignOut } from '../sign-in/pending-sign-out.ts';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { endSentence } from './end-reasons.ts';

/** Shown above a page whose session ended while it was open. */
export function SessionEnded({ ended: { session, reason } }: { ended: EndedSession }) {
  useFocusReturn();
  // The signed-out page follows and explains more.
  if (isLeavingToSignOut()) return null;
  return (
    <div className="over-page">
      <Page title="Your session has ended" takesFocus>
        <p className="lead">{endSentence(reason)}</p>
        <p>Sign in again and you come back to this page. What you typed is kept.</p>
        <SignInButton tenantName={session?.metadata.tenantName} loginHint={session?.metadata.email} prompt="login" />
      </Page>
    </div>
  );
}
