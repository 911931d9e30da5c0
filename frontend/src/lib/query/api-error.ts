import type { Failure } from '../api/answer.ts';

/** A failed call, in the form that TanStack Query wants failures in. */
export class ApiError extends Error {
  readonly failure: Failure;
  /** For `unavailable`: when to ask again, milliseconds since 1970. */
  readonly retryAt: number;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
    const wait = failure.kind === 'unavailable' ? failure.retryAfterMs : undefined;
    this.retryAt = Date.now() + (wait ?? defaultWaitMs);
  }
}

const defaultWaitMs = 5_000;

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
  }
}
