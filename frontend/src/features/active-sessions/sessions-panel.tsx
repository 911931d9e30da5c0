import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import type { SessionSummary } from '../../lib/api/types.ts';
import { onSessionEvent } from '../../lib/session-events.ts';
import { buttonAfter, EndButton } from './end-button.tsx';
import { EndDialog } from './end-dialog.tsx';
import { type Ending, nameOf } from './ending.ts';
import { fetchSessions } from './fetch-sessions.ts';
import { SessionList } from './session-list.tsx';
import { useEnding } from './use-ending.ts';
import './sessions-panel.css';

type Props = {
  /** The handle of this session. */
  handle: string;
  /** Whether this session still runs: otherwise nothing is asked. */
  isRunning: boolean;
  signOutHere: ReactNode;
  /** The address of a fresh sign-in that leads back to the question about the ending of that name. */
  signInUrl: (name: string) => string;
  /** All sessions have ended, this one too. */
  onSignedOut: () => void;
};

/** The user's sessions, and the ways to end them. */
export function SessionsPanel({ handle, isRunning, signOutHere, signInUrl, onSignedOut }: Props) {
  const queryClient = useQueryClient();
  const queryKey = ['sessions', handle];
  const { data, error, failureReason, isFetching } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchSessions(handle, signal),
    refetchOnWindowFocus: true,
  });
  useEffect(() => {
    return onSessionEvent(({ type }) => {
      if (type === 'otherBegan' || type === 'otherEnded')
        void queryClient.invalidateQueries({ queryKey: ['sessions'] });
    });
  }, [queryClient]);
  const sessions = data ?? [];
  const { ending, ...question } = useEnding(sessions, onEnded);
  const [done, setDone] = useState('');

  function onAsk(wanted: Ending) {
    setDone('');
    question.ask(wanted);
  }

  function onEnded(ended: Ending) {
    if (ended.kind === 'all') return onSignedOut();
    setDone(ended.kind === 'one' ? 'The session has ended.' : 'All your other sessions have ended.');
    const isLeft = (one: SessionSummary) =>
      one.current || (ended.kind === 'one' && one.handle !== ended.session.handle);
    queryClient.setQueryData(queryKey, sessions.filter(isLeft));
    void queryClient.invalidateQueries({ queryKey });
  }

  return (
    <>
      <p role="status" className={done && 'notice'}>
        {done}
      </p>
      <section aria-labelledby="at-once" className="stack">
        <h2 id="at-once">All at once</h2>
        <p>Lost a device, or forgot to sign out somewhere? This ends your sessions, wherever they are.</p>
        <div className="actions">
          <EndButton ending={{ kind: 'others' }} onAsk={onAsk} />
          <EndButton ending={{ kind: 'all' }} onAsk={onAsk} />
        </div>
      </section>
      <SessionList
        sessions={sessions}
        actionFor={(session) =>
          session.current ? signOutHere : <EndButton ending={{ kind: 'one', session }} onAsk={onAsk} />
        }
      />
      {isFetching && !data && !failureReason && <Loading label="Looking for your sessions" />}
      {isFetching && failureReason?.failure.kind === 'unavailable' && (
        <RetryNotice retryAt={failureReason.retryAt}>
          The list can’t be loaded right now. Your sessions are unaffected.
        </RetryNotice>
      )}
      {error && !isFetching && <FailureNotice failure={error.failure} />}
      {isRunning && ending && (
        <EndDialog
          ending={ending}
          question={question}
          signInUrl={signInUrl(nameOf(ending))}
          returnFocusTo={() => buttonAfter(ending, Boolean(done))}
        />
      )}
    </>
  );
}
