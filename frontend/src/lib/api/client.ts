import createClient from 'openapi-fetch';
import type { paths } from './schema.d.ts';

const answerWithinMs = 10_000;

/** Typed calls of the backend. The session cookie goes along by itself. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(answerWithinMs)]) }),
});
