import { HttpResponse, http } from 'msw/http';
import { setupServer } from 'msw/node';
import type {
  AppConfig,
  NodeCounts,
  Preferences,
  Problem,
  ProfileResponse,
  Receipt,
  SessionResponse,
  SessionSummary,
} from '../lib/api/types.ts';

/** The backend of the tests. Each test defines the responses; their types are those of the HTTP contract. */
export const backend = setupServer(
  http.get('*/api/config', () => HttpResponse.json(config())),
  http.get('*/api/preferences', () => HttpResponse.json(preferences())),
);

type Path =
  | '/api/session'
  | '/api/sessions'
  | '/api/profile'
  | '/api/preferences'
  | '/api/config'
  | '/api/admin/node'
  | '/api/orders';
type Answers = (() => Response | Promise<Response>)[];

/** Responds to `path` with `answers` in turn, the last one repeatedly. Returns the requests it receives. */
export const answer = (path: Path, ...answers: Answers) => answerTo('get', path, answers);

/** `answer` for requests that end sessions. */
export const answerDelete = (path: '/api/sessions' | '/api/sessions/:handle', ...answers: Answers) =>
  answerTo('delete', path, answers);

/** `answer` for requests that save preferences. Returns their bodies. */
export const answerPut = (path: '/api/preferences', ...answers: Answers) => answerBodies('put', path, answers);

/** `answer` for payments. Returns their bodies. */
export const answerPayments = (...answers: Answers) => answerBodies('post', '/api/payments', answers);

function answerBodies(method: 'put' | 'post', path: string, answers: Answers): unknown[] {
  const bodies: unknown[] = [];
  backend.use(
    http[method](`*${path}`, async ({ request }) => {
      bodies.push(await request.json());
      return inTurn(answers, bodies.length);
    }),
  );
  return bodies;
}

function answerTo(method: 'get' | 'delete', path: string, answers: Answers): URL[] {
  const requests: URL[] = [];
  backend.use(
    http[method](`*${path}`, ({ request }) => {
      requests.push(new URL(request.url));
      return inTurn(answers, requests.length);
    }),
  );
  return requests;
}

/** The answer to the request of this number, from 1. */
function inTurn(answers: Answers, number: number) {
  return answers[Math.min(number, answers.length) - 1]?.() ?? HttpResponse.error();
}

type Body = SessionResponse | SessionSummary[] | ProfileResponse | Preferences | AppConfig | NodeCounts | Receipt;
export const json = (body: Body) => () => HttpResponse.json(body);
/** A response with a `Server-Timing` header. */
export const withTiming = (timing: string, body: ProfileResponse) => () =>
  HttpResponse.json(body, { headers: { 'Server-Timing': timing } });
export const noContent = () => new HttpResponse(null, { status: 204 });
export const html = () => HttpResponse.html('<!doctype html><title>Gateway</title>');
export const networkFailure = () => HttpResponse.error();
export const never = () => new Promise<Response>(() => {});

export function problem(
  status: number,
  code: Problem['code'],
  headers: Record<string, string> = {},
  members: Partial<Problem> = {},
) {
  const body: Problem = { type: 'about:blank', title: code, status, code, detail: '', ...members };
  return () => HttpResponse.json(body, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
}

export const signedOut = problem(401, 'unauthenticated');
export const replaced = problem(401, 'session_replaced');
export const renewed = problem(401, 'session_renewed');
/** The sign-in is too old, or lacks a second factor. */
export const staleSignIn = problem(403, 'reauthentication_required', {}, { max_age: 600 });
export const weakSignIn = problem(403, 'reauthentication_required', {}, { acr_values: 'urn:mfa urn:hw' });
export const storeDown = problem(503, 'session_store_unavailable', { 'Retry-After': '7' });
export const providerDown = problem(503, 'identity_provider_unavailable', { 'Retry-After': '9' });

export function config(changes: Partial<AppConfig> = {}): AppConfig {
  return {
    localProvider: true,
    hasTenants: true,
    signUp: false,
    silentSignIn: false,
    apis: [],
    sessionStore: 'cookie',
    version: '1.2.3',
    ...changes,
  };
}

export function preferences(changes: Partial<Preferences> = {}): Preferences {
  return { theme: 'system', reminder: '', ...changes };
}

const roles = [{ id: 'role-1', name: 'app:owner', displayName: 'Owner' }];
const cookieAttributes = 'Secure; HttpOnly; SameSite=Strict; Path=/';
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

export function adasSession(facts: Partial<SessionResponse['metadata']['session']> = {}): SessionResponse {
  return {
    userId: 'user-ada',
    tenantId: 'tenant-acme',
    metadata: {
      name: 'Ada Lovelace',
      email: 'ada@acme.example',
      emailVerified: true,
      tenantName: 'acme',
      identityProvider: 'wristband',
      roles,
      session: {
        handle: 'handle-1',
        store: 'cookie',
        createdAt: inSeconds(-60),
        lastSeenAt: inSeconds(0),
        idleExpiresAt: inSeconds(1_800),
        expiresAt: inSeconds(43_140),
        authenticatedAt: inSeconds(-60),
        acr: null,
        amr: ['pwd'],
        accessTokenExpiresAt: inSeconds(240),
        unverifiedSince: null,
        tokenRefreshedAt: null,
        tokenRefreshedBy: null,
        cookies: [
          { name: '__Host-Http-session', bytes: 158, attributes: cookieAttributes },
          { name: '__Host-Http-session.Zq0bX1k3vTn5mS7yPd9uAw.0', bytes: 3_204, attributes: cookieAttributes },
        ],
        ...facts,
      },
    },
  };
}

export function gracesSession(): SessionResponse {
  const session = adasSession({ handle: 'handle-of-grace' });
  const { metadata } = session;
  return {
    ...session,
    userId: 'user-grace',
    tenantId: 'tenant-globex',
    metadata: { ...metadata, name: 'Grace Hopper' },
  };
}

/** Ada's sessions: the current one, Firefox on Windows and Safari on iPhone. */
export function adasSessions(): SessionSummary[] {
  return [
    summary('handle-2', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'),
    {
      ...summary('handle-1', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/148.0 Safari/537.36'),
      current: true,
    },
    summary(
      'handle-3',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
    ),
  ];
}

function summary(handle: string, userAgent: string): SessionSummary {
  const times = { createdAt: inSeconds(-3_600), lastSeenAt: inSeconds(-60), expiresAt: inSeconds(1_740) };
  return { handle, current: false, userAgent, ...times };
}

export function adasProfile(changes: Partial<ProfileResponse> = {}): ProfileResponse {
  return {
    userId: 'user-ada',
    tenantId: 'tenant-acme',
    name: 'Ada Lovelace',
    email: 'ada@acme.example',
    locale: 'en-GB',
    zoneinfo: 'Europe/London',
    identityProvider: 'wristband',
    roles,
    fetchedAt: inSeconds(0),
    ...changes,
  };
}
