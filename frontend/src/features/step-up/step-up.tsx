import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { Loading } from '../../components/loading.tsx';
import { type Refused, refusalListeners, request, resultOf } from '../../lib/api/call-result.ts';
import { type StepUpParameters, stepUpParameters } from '../../lib/api/step-up.ts';
import { useAuth, useSession } from '../auth/auth-context.tsx';
import { forgetRequest, isRead, type KeptRequest, keepable, keepRequest, takeRequest } from './kept-request.ts';
import { StepUpContext, type StepUpOutcome } from './step-up-context.ts';
import { StepUpDialog } from './step-up-dialog.tsx';
import { StepUpNotice } from './step-up-notice.tsx';

/** Query parameter of the return URL: the id of the kept request. */
const parameter = 'step-up';

type Outcome = StepUpOutcome | 'other user' | 'too late' | null;

type Question = {
  id: string;
  parameters: StepUpParameters;
  request: KeptRequest | null;
  isRead: boolean;
  path: string;
  focused: Element | null;
};

/**
 * Asks for a new sign-in when any call of the page needs one, and sends the call once more afterwards. The call is kept
 * in this tab, for this user, for ten minutes, and is forgotten before it is sent.
 */
export function StepUp({ children }: { children: ReactNode }) {
  const { state } = useAuth();
  const { userId, tenantId, metadata } = useSession();
  const { pathname, search, hash } = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const { outcome, setOutcome, isRepeating } = useRepeat({ userId, tenantId });
  const cancelledReads = useRef(new Set<string>());
  const isSignedIn = state.status === 'authenticated';

  useEffect(() => {
    const ask = ({ path, options, body }: Refused) => {
      const parameters = stepUpParameters(body);
      if (!parameters || cancelledReads.current.has(path)) return;
      const request = keepable(path, options);
      const asked = { id: crypto.randomUUID(), parameters, request, isRead: isRead(options), path };
      // The first one counts, but a request that changes something, sent before the dialog opened, more than a read.
      setQuestion((current) =>
        current && (!current.isRead || asked.isRead)
          ? current
          : { ...asked, focused: current?.focused ?? document.activeElement },
      );
    };
    refusalListeners.add(ask);
    return () => {
      refusalListeners.delete(ask);
    };
  }, []);

  function cancel() {
    forgetRequest();
    if (question?.isRead) cancelledReads.current.add(question.path);
    setQuestion(null);
    if (question?.request) setOutcome({ request: question.request, result: 'cancelled' });
  }

  const context = useMemo(
    () => ({
      outcome: typeof outcome === 'string' ? null : outcome,
      isRepeating,
      claim: () => setOutcome(null),
    }),
    [outcome, isRepeating, setOutcome],
  );
  return (
    <StepUpContext value={context}>
      {isRepeating ? <Loading label="Sending your request" /> : <StepUpNotice outcome={outcome} />}
      {children}
      {isSignedIn && question && (
        <StepUpDialog
          parameters={question.parameters}
          request={question.request}
          isRead={question.isRead}
          tenantName={metadata.tenantName}
          loginHint={metadata.email}
          returnUrl={withId(pathname, search, question) + hash}
          returnFocusTo={() => (question.focused instanceof HTMLElement ? connected(question.focused) : null)}
          onLeave={() => question.request && keepRequest(question.id, question.request, { userId, tenantId })}
          onCancel={cancel}
        />
      )}
    </StepUpContext>
  );
}

/** Sends the kept request when the browser returns with its id, once. */
function useRepeat(owner: { userId: string; tenantId: string }) {
  const { state, reportFailure } = useAuth();
  const queryClient = useQueryClient();
  const [query, setQuery] = useSearchParams();
  const { pathname } = useLocation();
  const [shown, setShown] = useState<{ on: string; outcome: Outcome } | null>(null);
  const [isSending, setSending] = useState(false);
  const id = query.get(parameter);
  const isSignedIn = state.status === 'authenticated';

  const setOutcome = useCallback((outcome: Outcome) => setShown({ on: pathname, outcome }), [pathname]);
  const repeat = useEffectEvent(async (id: string) => {
    const taken = await takeRequest(id, owner);
    query.delete(parameter);
    setQuery(query, { replace: true });
    if (taken === 'none') return;
    if (typeof taken === 'string') return setOutcome(taken);
    setSending(true);
    const result = await resultOf(request(taken.path, optionsOf(taken)), (_body): _body is unknown => true);
    if (result.kind !== 'ok') reportFailure(result);
    setSending(false);
    setOutcome({ request: taken, result });
    void queryClient.invalidateQueries();
  });
  // The user has come to this page by another way, and not from the sign-in.
  const forgetOthers = useEffectEvent(() => {
    if (id === null) forgetRequest();
  });

  useEffect(() => forgetOthers(), []);

  useEffect(() => {
    if (isSignedIn && id !== null) void repeat(id);
  }, [isSignedIn, id]);

  // On another page it is old.
  const outcome = shown?.on === pathname ? shown.outcome : null;
  return { outcome, setOutcome, isRepeating: isSending || id !== null };
}

function optionsOf({ method, body, headers }: KeptRequest): RequestInit {
  return { method, headers: { Accept: 'application/json', ...headers }, ...(body !== undefined && { body }) };
}

function withId(pathname: string, search: string, { id, request }: Question): string {
  const query = new URLSearchParams(search);
  if (request) query.set(parameter, id);
  return query.size > 0 ? `${pathname}?${query}` : pathname;
}

function connected(element: HTMLElement): HTMLElement | null {
  return element.isConnected ? element : null;
}
