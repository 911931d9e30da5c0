import { json, text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { endProviderSession } from './backchannel-logout.ts';
import { errorPage, signUpPage, tenantPage } from './pages.ts';
import { CALLBACK_PATH, CLIENT_ID, LOGIN_PATH, type Settings } from './settings.ts';
import { customDomain, signUp, tenantOfHost, tenants } from './tenants.ts';

type Handler = (ctx: Parameters<Middleware>[0], query: { [name: string]: string }) => Promise<void> | void;

/** Wristband's own routes beside OAuth and OpenID Connect. */
export function wristbandRoutes(provider: Provider, { vanityDomain, appUrls, log }: Settings): Middleware {
  const loginUrl = appUrls[0] + LOGIN_PATH;

  const sdkConfiguration: Handler = (ctx) => {
    ctx.body = {
      loginUrl,
      redirectUri: appUrls[0] + CALLBACK_PATH,
      loginUrlTenantDomainSuffix: null,
      customApplicationLoginPageUrl: null,
      isApplicationCustomDomainActive: true, // the separator is a dot: acme.localhost, not acme-localhost
    };
  };

  const validateCustomDomain: Handler = async (ctx) => {
    const { tenantCustomDomain } = (await json(ctx.req).catch(() => ({}))) as { tenantCustomDomain?: unknown };
    if (typeof tenantCustomDomain !== 'string') return ctx.throw(400);
    ctx.body = { valid: tenants.some((tenant) => customDomain(tenant, vanityDomain) === tenantCustomDomain) };
  };

  /** Application-level login. `state` is the page the user wanted; the application gets it back as `return_url`. */
  const applicationLogin: Handler = (ctx, { client_id, tenant_name = '', state = '' }) => {
    if (client_id !== CLIENT_ID) return errorPage(ctx, 'invalid_client', 'The client id is unknown.');
    const name = tenant_name.trim().toLowerCase();
    if (!tenants.some((tenant) => tenant.name === name)) {
      return tenantPage(ctx, tenant_name, state, tenant_name && 'There is no tenant of this name.');
    }
    ctx.redirect(withQuery(loginUrl, { tenant_name: name, tenant_domain: name, return_url: state }));
  };

  /** Sign-up at a tenant's host or at the application's. The new user goes to the application's login afterwards. */
  const signUpRoute: Handler = async (ctx, { client_id, state = '' }) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (client_id !== CLIENT_ID || (!tenant && ctx.host !== vanityDomain)) {
      return errorPage(ctx, 'invalid_request', 'The tenant or client id is unknown.');
    }
    const form = new URLSearchParams(ctx.method === 'POST' ? await text(ctx.req) : '');
    if (ctx.method !== 'POST') return signUpPage(ctx, tenant, form);
    try {
      ctx.redirect(withQuery(loginUrl, { ...signUp(tenant, form), return_url: state }));
      ctx.status = 303;
    } catch (error) {
      signUpPage(ctx, tenant, form, (error as Error).message);
    }
  };

  /** Ends the provider session of this tenant host, then goes to `redirect_url`, else to the application's login. */
  const logout: Handler = async (ctx, { client_id, redirect_url, state = '' }) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (!tenant || client_id !== CLIENT_ID)
      return errorPage(ctx, 'invalid_request', 'The tenant or client id is unknown.');
    if (redirect_url && !appUrls.includes(URL.parse(redirect_url)?.origin ?? '')) {
      return errorPage(ctx, 'invalid_redirect_url', 'The redirect URL does not belong to the application.');
    }
    const session = await provider.Session.get(ctx as never);
    const failure = session.accountId && (await endProviderSession(provider, session));
    if (failure) log(`back-channel logout: ${failure}`);
    ctx.cookies.set(provider.cookieName('session'), null);
    ctx.redirect(redirect_url ?? withQuery(loginUrl, { tenant_name: tenant.name, tenant_domain: tenant.name, state }));
  };

  const routes: { [route: string]: Handler } = {
    [`GET /api/v1/clients/${CLIENT_ID}/sdk-configuration`]: sdkConfiguration,
    'POST /api/v1/custom-domains/validate': validateCustomDomain,
    'GET /api/v1/logout': logout,
    'GET /login': applicationLogin,
    'GET /signup': signUpRoute,
    'POST /signup': signUpRoute,
  };
  return (ctx, next) => {
    const handler = routes[`${ctx.method} ${ctx.path}`];
    return handler ? handler(ctx, Object.fromEntries(ctx.URL.searchParams)) : next();
  };
}

/**
 * Callbacks name the tenant, on success and on error: `tenant_name`, `tenant_domain` for SDKs before 4.0, and
 * `tenant_custom_domain` when the user signed in there. (Not whenever the tenant has one: cookies are bound to the
 * host, so the logout that follows has to come to the host that holds the session.)
 */
export function tenantOnCallbacks({ vanityDomain, appUrls }: Settings): Middleware {
  return async (ctx, next) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (ctx.path.startsWith('/api/v1/oauth2/authorize') && !tenant) {
      return errorPage(ctx, 'unknown_tenant', `No tenant has the host ${ctx.host}.`, 400, appUrls[0]);
    }
    await next();
    const location = ctx.response.get('location');
    const redirectUri = ctx.oidc?.params?.redirect_uri;
    if (!tenant || !redirectUri || !location?.startsWith(redirectUri)) return;
    const tenant_custom_domain = ctx.host === customDomain(tenant, vanityDomain) ? ctx.host : '';
    ctx.redirect(withQuery(location, { tenant_name: tenant.name, tenant_domain: tenant.name, tenant_custom_domain }));
  };
}

/** Empty values are left out. */
function withQuery(url: string, parameters: { [name: string]: string }): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(parameters)) if (value) target.searchParams.set(name, value);
  return target.href;
}
