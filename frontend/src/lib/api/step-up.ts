import { type Failure, hasStrings } from './call-result.ts';

const code = 'reauthentication_required';

/** What a new sign-in must ask for (RFC 9470). */
export type StepUpParameters = {
  /** Longest time since the user's authentication, in seconds. */
  maxAge: number | undefined;
  /** Values of `acr`, separated by spaces, of which one suffices. */
  acrValues: string | undefined;
};

/** True for a call that needs a new sign-in first. */
export function isStepUp(failure: Failure | undefined): boolean {
  return failure?.kind === 'forbidden' && failure.problem === code;
}

/** Reads the problem document of such a call; `null` for any other body. */
export function stepUpParameters(body: unknown): StepUpParameters | null {
  if (!hasStrings(body, 'code') || body.code !== code) return null;
  const { max_age, acr_values } = body as { max_age?: unknown; acr_values?: unknown };
  return {
    maxAge: typeof max_age === 'number' && max_age >= 0 ? Math.floor(max_age) : undefined,
    acrValues: typeof acr_values === 'string' && acr_values ? acr_values : undefined,
  };
}
