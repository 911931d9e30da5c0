import { resolve } from 'node:path';

/** The OAuth client of every local application; the backend has the same defaults. */
export const CLIENT_ID = 'local-client';
export const CLIENT_SECRET = 'local-secret'; // SDKs do not form-encode Basic credentials: no `%`, `+` or `:`
// Paths of an application, below its public URL.
export const CALLBACK_PATH = '/api/auth/callback';
export const LOGIN_PATH = '/api/auth/login';

export interface ProviderOptions {
  port?: number | undefined; // on 127.0.0.1; by default a free one
  issuer?: string | undefined; // by default http://localhost:{port}; its host is the application vanity domain
  appUrls?: string[] | undefined; // public URLs of the applications that may be redirected to
  dataDir?: string | undefined; // where the signing key and all records live between restarts
  accessTokenTtl?: number | undefined; // seconds
  testControls?: boolean | undefined; // serve /__test/* (test-controls.ts)
  log?: ((line: string) => void) | undefined; // one line for each refused request: the reason no client is told
}

export type Settings = ReturnType<typeof resolveSettings>;

/** Seconds. Leeway: how long access tokens are accepted after the end that clients are told. Padding: bytes on top. */
export const lifetimes = {
  accessTokenTtl: 1800,
  accessTokenLeeway: 0,
  refreshTokenTtl: 14 * 24 * 3600,
  rotationGrace: 0,
  accessTokenPadding: 0,
  signInAge: 0,
};

export function resolveSettings(options: ProviderOptions, port: number) {
  const issuer = new URL(options.issuer ?? `http://localhost:${port}`);
  return {
    port,
    issuer: issuer.origin,
    vanityDomain: issuer.host,
    appUrls: (options.appUrls ?? ['http://localhost:6001']).map((url) => new URL(url).origin),
    dataDir: options.dataDir ?? resolve(import.meta.dirname, '../../.data/provider'),
    testControls: options.testControls ?? false,
    log: options.log ?? (() => {}),
    lifetimes: { ...lifetimes, ...(options.accessTokenTtl && { accessTokenTtl: options.accessTokenTtl }) },
  };
}
