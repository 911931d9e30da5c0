import { HttpResponse, http } from 'msw/http';
import { setupServer } from 'msw/node';
import type { AppConfig, Problem, ProfileResponse, SessionResponse } from '../lib/api/types.ts';

/** The backend as the tests see it. Each test says what it answers; the types are those of the HTTP contract. */
export const backend = setupServer(http.get('*/api/config', () => HttpResponse.json(config())));

type Path = '/api/session' | '/api/profile' | '/api/config';

/** From now on `path` is answered with `answers`, one after the other, the last for ever. Returns the requests it got. */
export function answer(path: Path, ...answers: (() => Response | Promise<Response>)[]): URL[] {
  const requests: URL[] = [];
  backend.use(
    http.get(`*${path}`, ({ request }) => {
      requests.push(new URL(request.url));
      return answers[Math.min(requests.length, answers.length) - 1]?.() ?? HttpResponse.error();
    }),
  );
  return requests;
}

export const json = (body: SessionResponse | ProfileResponse | AppConfig) => () => HttpResponse.json(body);
export const html = () => HttpResponse.html('<!doctype html><title>Gateway</title>');
export const networkFailure = () => HttpResponse.error();
export const never = () => new Promise<Response>(() => {});

export function problem(status: number, code: Problem['code'], headers: Record<string, string> = {}) {
  const body: Problem = { type: 'about:blank', title: code, status, code, detail: '' };
  return () => HttpResponse.json(body, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
}

export const signedOut = problem(401, 'unauthenticated');
export const storeDown = problem(503, 'session_store_unavailable', { 'Retry-After': '7' });
export const providerDown = problem(503, 'identity_provider_unavailable', { 'Retry-After': '9' });

export function config(changes: Partial<AppConfig> = {}): AppConfig {
  return { localProvider: true, sessionStore: 'cookie', version: '1.2.3', ...changes };
}

const roles = [{ id: 'role-1', name: 'app:owner', displayName: 'Owner' }];
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
        accessTokenExpiresAt: inSeconds(240),
        ...facts,
      },
    },
  };
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
