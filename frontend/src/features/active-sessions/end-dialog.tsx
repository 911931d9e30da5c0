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
  returnFocusTo: () => HTMLElement | null;
};

/** Asks for confirmation before sessions end. */
export function EndDialog({ target, question, returnFocusTo }: Props) {
  const { ask, confirm, failure, isPending } = question;
  const { action, consequence } = endLabels[target.kind];
  const cancel = () => ask(null);
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
        <button type="button" className="button button-quiet" onClick={cancel}>
          Cancel
        </button>
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
