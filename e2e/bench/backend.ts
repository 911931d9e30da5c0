import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from './rows.ts';
import type { Start } from './server.ts';

interface Options {
  port: number;
  /** By default without TLS at this port. */
  publicUrl?: string;
  store: Store;
  redisUrl?: string;
  providerUrl: string;
  /** For its data and its log, each by its port. */
  folder: string;
  settings?: { [name: string]: string };
}

/** The backend as it is measured: with one worker, which logs as an installation does. */
export function backend({ port, store, redisUrl, providerUrl, folder, ...options }: Options): Start {
  const url = `http://localhost:${port}`;
  const dataDir = join(folder, String(port));
  mkdirSync(dataDir);
  const env = {
    PORT: String(port),
    PUBLIC_URL: options.publicUrl ?? url,
    APPLICATION_VANITY_DOMAIN: new URL(providerUrl).host,
    DATA_DIR: dataDir,
    SESSION_STORE: store,
    SESSION_SECRETS: 'a secret that is long enough for a bench',
    WORKERS: '1',
    RUST_LOG: 'info',
    ...(store === 'redis' && redisUrl && { REDIS_URL: redisUrl }),
    ...options.settings,
  };
  return { command: ['target/release/backend'], env, ready: `${url}/healthz`, log: `${dataDir}.log` };
}
