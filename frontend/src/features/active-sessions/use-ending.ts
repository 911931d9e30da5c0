import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { SessionSummary } from '../../lib/api/types.ts';
import { type Ending, endingNamed, endSessions, nameOf } from './ending.ts';

/**
 * The ending that the user is being asked about. It is kept in the address, so that a sign-in on the way leads back to
 * the question; nothing ends before the user confirms. `onEnded` is told what has ended.
 */
export function useEnding(sessions: SessionSummary[], onEnded: (ending: Ending) => void) {
  const [query, setQuery] = useSearchParams();
  const ending = endingNamed(query.get('end'), sessions);
  const { mutate, reset, error, isPending } = useMutation({
    mutationFn: endSessions,
    onSuccess: (_nothing, ended) => {
      ask(null);
      onEnded(ended);
    },
  });

  function ask(next: Ending | null) {
    reset();
    setQuery(next ? { end: nameOf(next) } : {}, { replace: true });
  }

  return {
    ending,
    ask,
    confirm: () => ending && !isPending && mutate(ending),
    isPending,
    /** Why it did not work, once it has been tried. */
    failure: error?.failure,
  };
}

export type Question = Omit<ReturnType<typeof useEnding>, 'ending'>;
