/** Result of a call of the backend. */
export type CallResult<T> = { kind: 'ok'; value: T } | Failure;

/**
 * `problem` is the `code` of the response. Without a response it is `network`, or `offline` if the browser had no
 * network all along, so that nothing has reached the server. Unknown codes are kept.
 */
export type Failure =
  /** 401: signed out, or the session has ended. */
  | { kind: 'unauthenticated'; problem: string | undefined }
  /** 403: signed in, but not allowed. */
  | { kind: 'forbidden'; problem: string | undefined }
  /** 429, 502, 503, 504 or no response: the session, if there is one, is unaffected. */
  | { kind: 'unavailable'; problem: string | undefined; retryAfterMs: number | undefined }
  /** Anything outside the contract, for example an HTML page of a proxy. */
  | { kind: 'unexpected'; status: number }
  /** The response belongs to another session than the page, after a sign-in in another tab. */
  | { kind: 'other session' };

/** A response of the backend; `body` is `undefined` if it is empty, and text if it is not JSON. */
type Call = Promise<{ body: unknown; response: Response }>;

const timeoutMs = 10_000;

/** A request that the backend has refused with 403. */
export type Refused = { path: string; options: RequestInit; body: unknown };

/** Functions that are called for each request that was refused with 403, whoever has sent it. */
export const refusalListeners = new Set<(refused: Refused) => void>();

/** Sends a request to the backend. The browser adds the session cookie. */
export async function request(path: string, { signal, ...options }: RequestInit = {}): Call {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(new URL(path, window.location.origin), {
    headers: { Accept: 'application/json' },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...options,
  });
  const body = parse(await response.text());
  if (response.status === 403) for (const listener of refusalListeners) listener({ path, options, body });
  return { body, response };
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return text; // For example an HTML page of a proxy.
  }
}

/**
 * Waits for `call` and classifies the result. A 200 is `ok` only if `accepts` recognises the body. Rejects only if the
 * caller aborted the request.
 */
export async function resultOf<T>(call: Call, accepts: (body: unknown) => body is T): Promise<CallResult<T>> {
  const wasOnline = navigator.onLine;
  try {
    const { body, response } = await call;
    if (response.ok) return accepts(body) ? { kind: 'ok', value: body } : unexpected(response);
    return failureOf(response, body);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    const problem = wasOnline || navigator.onLine ? 'network' : 'offline';
    return { kind: 'unavailable', problem, retryAfterMs: undefined };
  }
}

function failureOf(response: Response, body: unknown): Failure {
  const problem = hasStrings(body, 'code') ? body.code : undefined;
  switch (response.status) {
    case 401:
      return { kind: 'unauthenticated', problem };
    case 403:
      return { kind: 'forbidden', problem };
    case 429:
    case 502:
    case 503:
    case 504:
      return { kind: 'unavailable', problem, retryAfterMs: retryAfterMs(response.headers) };
    default:
      return unexpected(response);
  }
}

function unexpected(response: Response): Failure {
  return { kind: 'unexpected', status: response.status };
}

const second = 1_000;
const maxWait = 3_600 * second;

/** Returns the wait of the `Retry-After` header (RFC 9110, seconds or a date) in milliseconds, between 1 s and 1 h. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')?.trim();
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * second : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, second), maxWait);
}

/** True if `value` is an object in which each of `names` is a string that is not blank. */
export function hasStrings<N extends string>(value: unknown, ...names: N[]): value is Record<N, string> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string' && fields[name].trim() !== '');
}
