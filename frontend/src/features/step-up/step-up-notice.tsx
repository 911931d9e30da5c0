import { outageMessage } from '../../lib/api/outage-message.ts';
import { isStepUp } from '../../lib/api/step-up.ts';
import type { StepUpOutcome } from './step-up-context.ts';

/** Says what became of the request that was kept during the sign-in. */
export function StepUpNotice({ outcome }: { outcome: StepUpOutcome | 'other user' | 'too late' | null }) {
  if (outcome === 'other user') {
    return <Notice>You signed in as another user. The previous user’s request was not sent, and is discarded.</Notice>;
  }
  if (outcome === 'too late') {
    return <Notice>The sign-in took more than 10 minutes. Your request was not sent: send it again.</Notice>;
  }
  if (!outcome || outcome.result === 'cancelled') return null;
  const { result, request } = outcome;
  if (result.kind === 'ok') {
    return (
      <Notice>
        <strong>Done.</strong> <code>{`${request.method} ${request.path}`}</code> was sent once, after your sign-in.
      </Notice>
    );
  }
  if (isStepUp(result)) return null; // The dialog is open again.
  const cause = outageMessage(result.kind === 'unavailable' ? result.problem : 'unexpected');
  return (
    <p role="alert" className="notice notice-bad">
      <strong>{cause}</strong> Your request was sent once after the sign-in, and may not have succeeded.
    </p>
  );
}

function Notice({ children }: { children: React.ReactNode }) {
  return (
    <p role="status" className="notice">
      {children}
    </p>
  );
}
