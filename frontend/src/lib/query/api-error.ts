import type { CallResult, Failure } from '../api/call-result.ts';

/** A failed call, as an error for TanStack Query. */
export class ApiError extends Error {
  readonly failure: Failure;
  /** Time of the next retry if `unavailable`, in milliseconds since 1970. */
  readonly retryAt: number;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
    const wait = failure.kind === 'unavailable' ? failure.retryAfterMs : undefined;
    this.retryAt = Date.now() + (wait ?? defaultWaitMs);
  }
}

/** Returns the value of a successful call. Throws an `ApiError` for any other. */
export function valueOrThrow<T>(result: CallResult<T>): T {
  if (result.kind !== 'ok') throw new ApiError(result);
  return result.value;
}

const defaultWaitMs = 5_000;

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
  }
}
