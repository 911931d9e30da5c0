/** Everything a call of the backend can come to. */
export type Answer<T> = { kind: 'ok'; value: T } | Failure;

/** `problem` is the `code` of the answer, or `network` when there was none. Codes that are new to this page are kept. */
export type Failure =
  /** 401: signed out, or the session has ended. */
  | { kind: 'unauthenticated'; problem: string | undefined }
  /** 403: signed in, but not allowed. */
  | { kind: 'forbidden'; problem: string | undefined }
  /** 429, 502, 503, 504 or no answer at all: the session, if there is one, is untouched. */
  | { kind: 'unavailable'; problem: string | undefined; retryAfterMs: number | undefined }
  /** Anything the contract does not speak of, a page of HTML from a proxy for example. */
  | { kind: 'unexpected'; status: number }
  /** The answer is about another session than the page: meanwhile somebody has signed in in another tab. */
  | { kind: 'other session' };

/** How `openapi-fetch` answers, and `request` below. */
type Call = Promise<{ data?: unknown; error?: unknown; response: Response }>;

const answerWithinMs = 10_000;

/** Asks the backend without a client library. The session cookie goes along by itself. */
export async function request(path: string): Call {
  const response = await fetch(new URL(path, window.location.origin), {
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const body = parse(await response.text());
  return response.ok ? { data: body, response } : { error: body, response };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A page of HTML, for example: no answer of the backend.
  }
}

/**
 * Waits for `call` and says which of the known outcomes it is. A 200 counts only if `accepts` recognises the body.
 * Rejects only when the caller aborted the request.
 */
export async function answerOf<T>(call: Call, accepts: (body: unknown) => body is T): Promise<Answer<T>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return accepts(data) ? { kind: 'ok', value: data } : unexpected(response);
    return failureOf(response, error);
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'unexpected', status: 200 };
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    return { kind: 'unavailable', problem: 'network', retryAfterMs: undefined };
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
const shortestWait = second;
const longestWait = 3_600 * second;

/** Milliseconds to wait that the `Retry-After` header asks for (RFC 9110, seconds or a date), within sane limits. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')?.trim();
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * second : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, shortestWait), longestWait);
}

/** Whether `value` is an object in which each of `names` is a string that is not blank. */
export function hasStrings<N extends string>(value: unknown, ...names: N[]): value is Record<N, string> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string' && fields[name].trim() !== '');
}
