import { once } from 'node:events';
import { createRequire } from 'node:module';
import express from 'express';
import { type SdkApp, type SdkEnvironment, sdkPromises } from './sdk-promises.ts';

// The ES modules of the package import without file extensions, which Node does not resolve; its CommonJS works.
const { createWristbandAuth, CallbackResultType } = createRequire(import.meta.url)(
  '@wristband/express-auth',
) as typeof import('@wristband/express-auth');

sdkPromises('@wristband/express-auth 3.0.1', startExpressApp);

/** One user at a time, whose session is a variable: storing sessions is not what is looked at here. */
async function startExpressApp({ appUrl, vanityDomain }: SdkEnvironment): Promise<SdkApp> {
  const auth = createWristbandAuth({
    clientId: 'local-client',
    clientSecret: 'local-secret',
    dangerouslyDisableSecureCookies: true,
    loginStateSecret: 'a-secret-of-at-least-thirty-two-characters',
    loginUrl: `${appUrl}/api/auth/login`,
    redirectUri: `${appUrl}/api/auth/callback`,
    scopes: ['openid', 'offline_access', 'email', 'profile', 'roles'],
    useCustomDomains: true,
    wristbandApplicationVanityDomain: vanityDomain,
  });
  let session: { [field: string]: unknown; refreshToken?: string; tenantName?: string } = {};

  const app = express();
  app.get('/api/auth/login', async (request, response) => {
    response.redirect(await auth.login(request, response));
  });
  app.get('/api/auth/callback', async (request, response) => {
    const { type, callbackData, redirectUrl } = await auth.callback(request, response);
    if (type === CallbackResultType.REDIRECT_REQUIRED || !callbackData) return response.redirect(redirectUrl ?? '/');
    const { accessToken, refreshToken, tenantDomainName, tenantCustomDomain = null, userinfo } = callbackData;
    const { email } = userinfo as { email: string };
    session = { email, tenantName: tenantDomainName, tenantCustomDomain, accessToken, refreshToken };
    response.redirect('/api/session');
  });
  app.get('/api/session', (_request, response) => {
    response.json(session);
  });
  app.get('/api/refresh', async (_request, response) => {
    const tokens = await auth.refreshTokenIfExpired(session.refreshToken ?? '', Date.now() - 1);
    session = { ...session, accessToken: tokens?.accessToken, refreshToken: tokens?.refreshToken };
    response.json(session);
  });
  app.get('/api/auth/logout', async (request, response) => {
    const { refreshToken, tenantName } = session;
    response.redirect(await auth.logout(request, response, { refreshToken, tenantDomainName: tenantName }));
  });

  const server = app.listen(Number(new URL(appUrl).port), '127.0.0.1');
  await once(server, 'listening');
  return {
    close: async () => {
      server.close().closeAllConnections();
    },
  };
}
