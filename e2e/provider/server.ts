import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { accessTokens, type Middleware } from './access-tokens.ts';
import { rememberApplications } from './backchannel-logout.ts';
import { configuration } from './configuration.ts';
import { stylesheet } from './pages.ts';
import { type ProviderOptions, resolveSettings, type Settings } from './settings.ts';
import { signIn } from './sign-in.ts';
import { loadSigningKey } from './signing-key.ts';
import { Storage } from './storage.ts';
import { testControls } from './test-controls.ts';
import { tenantOnCallbacks, wristbandRoutes } from './wristband-routes.ts';

export interface RunningProvider {
  /** Where it listens; the issuer too, unless another one was asked for. */
  url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only, which is what makes it safe to believe X-Forwarded-* headers. */
export async function startProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening'); // first, since a free port is part of the issuer
  const { port } = server.address() as AddressInfo;
  const settings = resolveSettings(options, port);
  server.on('request', (await buildProvider(settings)).callback());
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function buildProvider(settings: Settings): Promise<Provider> {
  const storage = new Storage(settings.lifetimes);
  const key = await loadSigningKey(settings.dataDir);
  const provider = new Provider(settings.issuer, configuration(settings, storage, key));
  provider.proxy = true;

  provider.use(publicFiles);
  if (settings.testControls) provider.use(testControls(provider, settings, storage));
  provider.use(wristbandRoutes(provider, settings, storage));
  provider.use(tenantOnCallbacks(settings));
  provider.use(signIn(provider, settings));
  provider.use(accessTokens(key, settings));

  rememberApplications(provider);
  logRefusals(provider, settings.log);
  return provider;
}

const publicFiles: Middleware = async (ctx, next) => {
  if (ctx.path === '/healthz') {
    ctx.body = 'ok';
  } else if (ctx.path === '/pages.css') {
    ctx.type = 'css';
    ctx.body = stylesheet;
  } else {
    await next();
  }
};

/** Clients get the generic texts of OAuth; the reason (`error_detail`) is for whoever looks at the terminal. */
function logRefusals(provider: Provider, log: (line: string) => void): void {
  const events = ['authorization.error', 'grant.error', 'userinfo.error', 'revocation.error', 'server_error'] as const;
  for (const event of events) {
    provider.on(event as 'grant.error', (_ctx, error: Error & { error_description?: string; error_detail?: string }) => {
      log(`${event}: ${error.message} ${error.error_detail ?? error.error_description ?? error.stack}`);
    });
  }
}
