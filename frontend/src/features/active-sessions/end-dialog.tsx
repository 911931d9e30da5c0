import type { ReactNode } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import type { Failure } from '../../lib/api/call-result.ts';
import { outageMessage } from '../../lib/api/outage-message.ts';
import { deviceName } from './device-name.ts';
import { endLabels } from './end-labels.ts';
import type { EndTarget } from './end-target.ts';
import type { Question } from './use-ending.ts';

type Props = {
  target: EndTarget;
  question: Question;
  /** Link to a new sign-in that returns to this dialog. */
  signInAgain: ReactNode;
  returnFocusTo: () => HTMLElement | null;
};

/** Asks for confirmation before sessions end, and for a new sign-in if the server requires one. */
export function EndDialog({ target, question, signInAgain, returnFocusTo }: Props) {
  const { ask, confirm, failure, isPending } = question;
  const { action, consequence } = endLabels[target.kind];
  const cancel = () => ask(null);
  const cancelButton = (
    <button type="button" className="button button-quiet" onClick={cancel}>
      Cancel
    </button>
  );

  if (failure?.kind === 'forbidden' && failure.problem === 'reauthentication_required') {
    return (
      <Dialog title="Sign in again first" onCancel={cancel} returnFocusTo={returnFocusTo}>
        <p role="alert">
          You signed in more than 10 minutes ago. To protect your sessions, sign in once more. You then return to this
          question, and nothing ends before you confirm.
        </p>
        <div className="actions">
          {signInAgain}
          {cancelButton}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={`${action}?`} onCancel={cancel} returnFocusTo={returnFocusTo}>
      {target.kind === 'one' && <strong>{deviceName(target.session.userAgent)}</strong>}
      <p>{consequence}</p>
      {failure && (
        <p role="alert" className="notice notice-bad">
          <FailureWords failure={failure} isOne={target.kind === 'one'} />
        </p>
      )}
      <div className="actions">
        <button type="button" className="button button-bad" aria-disabled={isPending} onClick={confirm}>
          {action}
        </button>
        {cancelButton}
      </div>
    </Dialog>
  );
}

function FailureWords({ failure, isOne }: { failure: Failure; isOne: boolean }) {
  if (failure.kind !== 'unavailable') {
    return (
      <>
        <strong>That did not work.</strong> Try again in a moment.
      </>
    );
  }
  const nothing = failure.problem === 'offline' || (isOne && failure.problem === 'session_store_unavailable');
  return (
    <>
      <strong>{outageMessage(failure.problem)}</strong>{' '}
      {nothing ? 'Nothing was ended.' : 'The sessions may have ended anyway. It is safe to try again.'}
    </>
  );
}
