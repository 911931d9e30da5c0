import { Dialog } from '../../components/dialog.tsx';
import { deviceName } from './device-name.ts';
import type { Ending } from './ending.ts';
import { endingWords } from './ending-words.ts';
import type { Question } from './use-ending.ts';

type Props = {
  ending: Ending;
  question: Question;
  /** Leads to a fresh sign-in and back to this question. */
  signInUrl: string;
  returnFocusTo: () => HTMLElement | null;
};

/** Asks before sessions end, and says what to do when the server wants a fresh sign-in first. */
export function EndDialog({ ending, question, signInUrl, returnFocusTo }: Props) {
  const { ask, confirm, failure, isPending } = question;
  const { action, consequence } = endingWords[ending.kind];
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
          You signed in more than 10 minutes ago. So that nobody else ends your sessions, sign in once more. You come
          back to this question, and nothing ends before you say so.
        </p>
        <div className="actions">
          <a className="button" href={signInUrl}>
            Sign in again
          </a>
          {cancelButton}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={`${action}?`} onCancel={cancel} returnFocusTo={returnFocusTo}>
      {ending.kind === 'one' && <strong>{deviceName(ending.session.userAgent)}</strong>}
      <p>{consequence}</p>
      {failure && (
        <p role="alert" className="notice notice-bad">
          <strong>That did not work.</strong> Try again in a moment.
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
