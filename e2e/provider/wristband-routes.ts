import { json } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { endProviderSession } from './backchannel-logout.ts';
import { errorPage, tenantPage } from './pages.ts';
import { CALLBACK_PATH, CLIENT_ID, LOGIN_PATH, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { customDomain, tenantOfHost, tenants } from './tenants.ts';

type Handler = (ctx: Parameters<Middleware>[0]) => Promise<void> | void;

/** What Wristband has beside OAuth and OpenID Connect. */
export function wristbandRoutes(provider: Provider, settings: Settings, storage: Storage): Middleware {
  const { vanityDomain, appUrls } = settings;
  const loginUrl = appUrls[0] + LOGIN_PATH;

  const sdkConfiguration: Handler = (ctx) => {
    ctx.body = {
      loginUrl,
      redirectUri: appUrls[0] + CALLBACK_PATH,
      loginUrlTenantDomainSuffix: null,
      customApplicationLoginPageUrl: null,
      isApplicationCustomDomainActive: true, // so the separator is a dot: acme.localhost, not acme-localhost
    };
  };

  const validateCustomDomain: Handler = async (ctx) => {
    const { tenantCustomDomain } = (await json(ctx.req).catch(() => ({}))) as { tenantCustomDomain?: unknown };
    if (typeof tenantCustomDomain !== 'string') return ctx.throw(400, 'tenantCustomDomain is missing');
    ctx.body = { valid: tenants.some((tenant) => customDomain(tenant, vanityDomain) === tenantCustomDomain) };
  };

  /** Application-level login. `state` is the page the user wanted; the application gets it back as `return_url`. */
  const applicationLogin: Handler = (ctx) => {
    const { client_id, tenant_name = '', state = '' } = singleValues(ctx.query);
    if (client_id !== CLIENT_ID) return refuse(ctx, 'invalid_client', 'The client id is unknown.');
    const name = tenant_name.trim().toLowerCase();
    if (tenants.some((tenant) => tenant.name === name)) {
      return ctx.redirect(withQuery(loginUrl, { tenant_name: name, ...(state && { return_url: state }) }));
    }
    tenantPage(ctx, { tenant: tenant_name, state, error: tenant_name && 'There is no organization of this name.' });
  };

  /** Ends the provider's session of this tenant host, then goes to `redirect_url`, else to the application's login. */
  const logout: Handler = async (ctx) => {
    const { client_id, redirect_url, state } = singleValues(ctx.query);
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (!tenant || client_id !== CLIENT_ID) return refuse(ctx, 'invalid_request', 'The tenant or client id is unknown.');
    if (redirect_url && !isApplicationUrl(redirect_url)) {
      return refuse(ctx, 'invalid_redirect_url', 'The redirect URL does not belong to the application.');
    }
    const session = await provider.Session.get(ctx as never);
    if (session.accountId) await endProviderSession(provider, settings, storage, session);
    ctx.cookies.set(provider.cookieName('session'), null);
    ctx.redirect(redirect_url ?? withQuery(loginUrl, { tenant_name: tenant.name, ...(state && { state }) }));
  };

  const routes = new Map<string, Handler>([
    [`GET /api/v1/clients/${CLIENT_ID}/sdk-configuration`, sdkConfiguration],
    ['POST /api/v1/custom-domains/validate', validateCustomDomain],
    ['GET /api/v1/logout', logout],
    ['GET /login', applicationLogin],
  ]);

  return async (ctx, next) => {
    const handler = routes.get(`${ctx.method} ${ctx.path}`);
    return handler ? handler(ctx) : next();
  };

  function isApplicationUrl(url: string): boolean {
    return URL.canParse(url) && appUrls.some((app) => new URL(app).origin === new URL(url).origin);
  }
}

/**
 * Callbacks name the tenant, on success and on error alike: `tenant_name`, for SDKs before 5.0 `tenant_domain`,
 * and `tenant_custom_domain` when the user signed in there. (Not whenever the tenant has one: cookies are bound
 * to the host, so a later logout has to come to the host that holds the session.)
 */
export function tenantOnCallbacks({ vanityDomain }: Settings): Middleware {
  return async (ctx, next) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (ctx.path.startsWith('/api/v1/oauth2/authorize') && !tenant) {
      return refuse(ctx, 'unknown_tenant', `No tenant has the host ${ctx.host}.`, 404);
    }
    await next();
    const location = ctx.response.get('location');
    const redirectUri = ctx.oidc?.params?.redirect_uri;
    if (!tenant || !redirectUri || !location.startsWith(redirectUri)) return;
    ctx.set('location', withQuery(location, {
      tenant_name: tenant.name,
      tenant_domain: tenant.name,
      ...(ctx.host === customDomain(tenant, vanityDomain) && { tenant_custom_domain: ctx.host }),
    }));
  };
}

function refuse(ctx: Parameters<Handler>[0], code: string, description: string, status = 400): void {
  ctx.status = status;
  errorPage(ctx, code, description);
}

/** Repeated parameters count as absent. */
function singleValues(query: NodeJS.Dict<string | string[]>): { [name: string]: string | undefined } {
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function withQuery(url: string, parameters: { [name: string]: string }): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  return target.href;
}
