import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import type { SessionFacts, SessionSummary } from '../../lib/api/types.ts';
import { useSessionEvent } from '../../lib/use-session-event.ts';
import { useIsRepeating, useStepUpOutcome } from '../step-up/step-up-context.ts';
import { buttonAfter, EndButton } from './end-button.tsx';
import { EndDialog } from './end-dialog.tsx';
import { type Ended, type EndTarget, endedBy, hasEnded } from './end-target.ts';
import { fetchSessions } from './fetch-sessions.ts';
import { SessionList } from './session-list.tsx';
import { useEnding } from './use-ending.ts';
import './sessions-panel.css';

type Props = {
  /** The current session. */
  session: SessionFacts;
  /** False once the session has ended: the dialog is not shown then. */
  isRunning: boolean;
  /** True if the connection bar reports an outage. */
  isOutage: boolean;
  signOutHere: ReactNode;
  /** Ends the current session after the others have ended. Resolves to `true` if the browser leaves the page. */
  onOthersEnded: () => Promise<boolean>;
};

/** The user's sessions, with the buttons and the dialog to end them. */
export function SessionsPanel({ session, isRunning, isOutage, signOutHere, onOthersEnded }: Props) {
  const queryClient = useQueryClient();
  const queryKey = ['sessions', session.handle];
  const { data, error, failureReason, isFetching, isPlaceholderData } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchSessions(session.handle, signal),
    placeholderData: [summaryOf(session)],
    refetchOnWindowFocus: true,
    enabled: session.store !== 'cookie', // The server has no list.
  });
  useSessionEvent(({ type }) => {
    if (type === 'otherBegan' || type === 'otherEnded') void queryClient.invalidateQueries({ queryKey: ['sessions'] });
  });
  const sessions = data ?? [];
  const { name, target, ...question } = useEnding(sessions, onEnded);
  const [done, setDone] = useState('');
  const isRepeating = useIsRepeating();
  // The user has confirmed before the sign-in that the server has asked for.
  useStepUpOutcome(({ request, result }) => {
    const ended = endedBy(request, name);
    if (!ended || (result !== 'cancelled' && !hasEnded(ended, result))) return false;
    question.ask(null);
    if (result !== 'cancelled') void onEnded(ended);
    else if (target) buttonAfter(target, false)?.focus();
    return true;
  });

  function onAsk(wanted: EndTarget) {
    setDone('');
    question.ask(wanted);
  }

  async function onEnded(ended: Ended) {
    const stays = ended.kind === 'all' && !(await onOthersEnded());
    const words = ended.kind === 'one' ? 'The session has ended.' : 'All your other sessions have ended.';
    setDone(stays ? `${words} You are still signed in here: sign out once more when the server is back.` : words);
    const isLeft = (one: SessionSummary) =>
      one.current || (ended.kind === 'one' && one.handle !== ended.session.handle);
    if (data) queryClient.setQueryData(queryKey, data.filter(isLeft));
    void queryClient.invalidateQueries({ queryKey });
  }

  return (
    <>
      <p role="status" className={done && 'notice'}>
        {done}
      </p>
      <SessionList
        sessions={sessions}
        actionFor={(one) =>
          one.current ? signOutHere : <EndButton target={{ kind: 'one', session: one }} onAsk={onAsk} />
        }
      />
      {isFetching && isPlaceholderData && !failureReason && <Loading label="Loading your other sessions" />}
      {isFetching && failureReason?.failure.kind === 'unavailable' && (
        <RetryNotice retryAt={isOutage ? undefined : failureReason.retryAt}>
          {outageMessage(failureReason.failure.problem)}{' '}
          {isPlaceholderData ? 'Your other sessions can’t be listed' : 'The list can’t be refreshed'} right now. They
          are unaffected.
        </RetryNotice>
      )}
      {error && !isFetching && <FailureNotice failure={error.failure} />}
      <section aria-labelledby="end-several" className="stack">
        <h2 id="end-several">Sign out on several devices</h2>
        <p>Lost a device, or forgot to sign out somewhere?</p>
        <div className="actions">
          <EndButton target={{ kind: 'others' }} onAsk={onAsk} />
          <EndButton target={{ kind: 'all' }} onAsk={onAsk} />
        </div>
      </section>
      {isRunning && target && !question.needsSignIn && !isRepeating && (
        <EndDialog target={target} question={question} returnFocusTo={() => buttonAfter(target, Boolean(done))} />
      )}
    </>
  );
}

/** The current session, shown until the list is loaded. */
function summaryOf({ handle, createdAt, lastSeenAt, idleExpiresAt }: SessionFacts): SessionSummary {
  return {
    handle,
    current: true,
    createdAt,
    lastSeenAt,
    expiresAt: idleExpiresAt,
    userAgent: navigator.userAgent,
  };
}
