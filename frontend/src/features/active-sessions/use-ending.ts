import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { isStepUp } from '../../lib/api/step-up.ts';
import type { SessionSummary } from '../../lib/api/types.ts';
import { type EndTarget, endSessions, parseEndTarget, queryValueOf } from './end-target.ts';

/**
 * State of the dialog that ends sessions. The query parameter `end` keeps it across a sign-in; nothing ends that the user
 * has not confirmed. `onEnded` is called after the sessions have ended.
 */
export function useEnding(sessions: SessionSummary[], onEnded: (target: EndTarget) => void) {
  const [query, setQuery] = useSearchParams();
  const name = query.get('end');
  const target = parseEndTarget(name, sessions);
  const request = useRef<AbortController>(null);
  const { mutate, reset, error, isPending } = useMutation({
    mutationFn: (confirmed: EndTarget) => {
      request.current = new AbortController();
      return endSessions(confirmed, request.current.signal);
    },
    onSuccess: (_nothing, ended) => {
      ask(null);
      onEnded(ended);
    },
  });

  // Closing the dialog aborts its request.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another name is another dialog
  useEffect(() => () => request.current?.abort(), [name]);

  function ask(next: EndTarget | null) {
    reset();
    setQuery(next ? { end: queryValueOf(next) } : {}, { replace: true });
  }

  return {
    /** The query parameter `end`. */
    name,
    target,
    ask,
    confirm: () => target && !isPending && mutate(target),
    isPending,
    /** True while a new sign-in is asked for. */
    needsSignIn: isStepUp(error?.failure),
    /** Failure of the last attempt. */
    failure: error?.failure,
  };
}

export type Question = Omit<ReturnType<typeof useEnding>, 'name' | 'target'>;
