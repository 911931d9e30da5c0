import { Page } from '../../components/page.tsx';
import { useFocusReturn } from '../../lib/use-focus-return.ts';
import type { EndedSession } from '../auth/auth-state.ts';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { endReasons } from './end-reasons.ts';

/** Shown above a page whose session has ended under the user's hands. */
export function SessionEnded({ ended: { session, reason } }: { ended: EndedSession }) {
  useFocusReturn();
  return (
    <div className="over-page">
      <Page title="Your session has ended" takesFocus>
        <p className="lead">{endReasons[reason]}</p>
        <p>Sign in again and you come back to this page. What you typed is kept.</p>
        <SignInButton tenantName={session?.metadata.tenantName} loginHint={session?.metadata.email} prompt="login" />
      </Page>
    </div>
  );
}
