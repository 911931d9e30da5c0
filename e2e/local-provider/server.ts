import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { accessTokens, type Middleware } from './access-tokens.ts';
import { configuration } from './configuration.ts';
import { type ProviderOptions, resolveSettings, type Settings } from './settings.ts';
import { signIn } from './sign-in.ts';
import { loadSigningKey } from './signing-key.ts';
import { Storage } from './storage.ts';
import { stylesheet } from './styles.ts';
import { testControls } from './test-controls.ts';
import { tenantOnCallbacks, wristbandRoutes } from './wristband-routes.ts';

type Refusal = Error & { error_description?: string; error_detail?: string };
/** `url` is where it listens; the issuer too, unless another one was asked for. */
export type RunningProvider = { url: string; close(): Promise<void> };

export async function startProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening'); // first, since a free port becomes part of the issuer
  const { port } = server.address() as AddressInfo;
  const handler = buildProvider(resolveSettings(options, port));
  server.on('request', async (request, response) => (await handler)(request, response));
  await handler;
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function buildProvider(settings: Settings) {
  const key = await loadSigningKey(settings.dataDir);
  const storage = new Storage(settings);
  const provider = new Provider(settings.issuer, configuration(settings, storage, key));
  provider.proxy = true; // X-Forwarded-* can be believed: whoever reaches 127.0.0.1 is on this machine

  provider.use(publicFiles);
  if (settings.testControls) provider.use(testControls(provider, settings, storage));
  provider.use(wristbandRoutes(provider, settings));
  provider.use(tenantOnCallbacks(settings));
  provider.use(signIn(provider, settings));
  provider.use(accessTokens(key, settings));

  // Clients get the generic texts of OAuth; `error_detail` has the reason.
  for (const event of ['authorization.error', 'grant.error', 'userinfo.error', 'server_error'] as const) {
    provider.on(event as 'grant.error', (_ctx, error: Refusal) => {
      settings.log(`${event}: ${error.message} ${error.error_detail ?? error.error_description ?? error.stack}`);
    });
  }
  return provider.callback();
}

const publicFiles: Middleware = async (ctx, next) => {
  if (ctx.path === '/healthz') ctx.body = 'ok';
  else if (ctx.path === '/pages.css') Object.assign(ctx, { type: 'css', body: stylesheet });
  else await next();
};
