import { resolve } from 'node:path';

/** The OAuth client every local application uses; the backend has the same values as its defaults. */
export const CLIENT_ID = 'local-client';
export const CLIENT_SECRET = 'local-secret'; // SDKs do not form-encode Basic credentials, so no `%`, `+` or `:`

/** Where an application listens, below its public URL. */
export const CALLBACK_PATH = '/api/auth/callback';
export const LOGIN_PATH = '/api/auth/login';
export const BACKCHANNEL_LOGOUT_PATH = '/api/auth/backchannel-logout';

export interface ProviderOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  port?: number;
  /** Issuer and application vanity domain in one; by default `http://localhost:{port}`. */
  issuer?: string;
  /** Public URLs of the applications that may be redirected to. */
  appUrls?: string[];
  /** Serve `/__test/*` (see test-controls.ts). */
  testControls?: boolean;
  /** Where the signing key lives between restarts. */
  dataDir?: string;
  /** Receives one line for each refused request, with the reason the client is not told. */
  log?: (line: string) => void;
}

export interface Settings extends Required<ProviderOptions> {
  /** Host and port of the issuer, what Wristband calls the application vanity domain. */
  vanityDomain: string;
  lifetimes: Lifetimes;
}

/** What tests may change while the provider runs. Seconds, except the padding (bytes). */
export interface Lifetimes {
  accessTokenTtl: number;
  refreshTokenTtl: number;
  /** For how long a refresh token that was rotated away still works. */
  rotationGrace: number;
  /** Makes each access token this much longer, as tokens with many claims are. */
  accessTokenPadding: number;
}

export const defaultLifetimes: Lifetimes = {
  accessTokenTtl: 1800,
  refreshTokenTtl: 14 * 24 * 3600,
  rotationGrace: 0,
  accessTokenPadding: 0,
};

export function resolveSettings(options: ProviderOptions, port: number): Settings {
  const issuer = options.issuer ?? `http://localhost:${port}`;
  return {
    port,
    issuer,
    appUrls: options.appUrls ?? ['http://localhost:6001'],
    testControls: options.testControls ?? false,
    dataDir: options.dataDir ?? resolve(import.meta.dirname, '../../.data/provider'),
    log: options.log ?? (() => {}),
    vanityDomain: new URL(issuer).host,
    lifetimes: { ...defaultLifetimes },
  };
}

export function optionsFromEnvironment(env: NodeJS.ProcessEnv): ProviderOptions {
  return {
    port: Number(env.PROVIDER_PORT || 6100),
    ...(env.PROVIDER_ISSUER && { issuer: env.PROVIDER_ISSUER.replace(/\/$/, '') }),
    ...(env.PROVIDER_APP_URLS && {
      appUrls: env.PROVIDER_APP_URLS.split(',').map((url) => url.trim().replace(/\/$/, '')),
    }),
    ...(env.PROVIDER_DATA_DIR && { dataDir: env.PROVIDER_DATA_DIR }),
    testControls: env.PROVIDER_TEST_CONTROLS === 'on',
    log: console.error,
  };
}
