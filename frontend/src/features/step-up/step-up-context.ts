import { createContext, use, useEffectEvent, useLayoutEffect } from 'react';
import type { CallResult } from '../../lib/api/call-result.ts';
import type { KeptRequest } from './kept-request.ts';

/** What became of a request that needed a new sign-in. */
export type StepUpOutcome = {
  request: KeptRequest;
  /** `cancelled`: the user did not want to sign in again, and nothing was sent. */
  result: CallResult<unknown> | 'cancelled';
};

type StepUpState = {
  outcome: StepUpOutcome | null;
  /** True from the return of the sign-in until the response to the request. */
  isRepeating: boolean;
  /** Clears the outcome, which is then not announced. */
  claim: () => void;
};

export const StepUpContext = createContext<StepUpState>({ outcome: null, isRepeating: false, claim: () => {} });

/** Calls `handle` with the outcome of a step-up. It returns true if it has shown the outcome itself. */
export function useStepUpOutcome(handle: (outcome: StepUpOutcome) => boolean): void {
  const { outcome, claim } = use(StepUpContext);
  const onOutcome = useEffectEvent((current: StepUpOutcome) => {
    if (handle(current)) claim();
  });
  // Before the first paint, so that the announcement does not flash.
  useLayoutEffect(() => {
    if (outcome) onOutcome(outcome);
  }, [outcome]);
}

/** True while a request is sent that was asked for before the sign-in. */
export function useIsRepeating(): boolean {
  return use(StepUpContext).isRepeating;
}
