import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { errorPage, signInPage } from './pages.ts';
import type { Settings } from './settings.ts';
import { PASSWORD, tenantOfHost, users } from './tenants.ts';

/** The page between an authorization request and its answer. A tenant's page knows that tenant's users only. */
export function signIn(provider: Provider, { vanityDomain, lifetimes }: Settings): Middleware {
  return async (ctx, next) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (!ctx.path.startsWith('/sign-in/') || !tenant) return next();

    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
    if (!interaction) return errorPage(ctx, 'sign_in_expired', 'This sign-in has expired, or ended in another tab.');
    const hint = String(ctx.query.login_hint ?? interaction.params.login_hint ?? '');
    if (ctx.method !== 'POST') return signInPage(ctx, tenant, hint);

    const form = new URLSearchParams(await text(ctx.req));
    const email = form.get('email')?.trim() ?? '';
    const user = users.find((user) => user.tnt_id === tenant.id && user.email === email.toLowerCase());
    const cancelled = form.get('action') === 'cancel';
    if (!cancelled && (!user || form.get('password') !== PASSWORD)) {
      // 200, because browsers log each 4xx as a console error, and end-to-end tests take those for faults.
      return signInPage(ctx, tenant, email, 'Email or password is wrong. Please try again.');
    }
    const ts = Math.floor(Date.now() / 1000) - lifetimes.signInAge;
    const result = cancelled
      ? { error: 'access_denied', error_description: 'The user cancelled the sign-in' }
      : { login: { accountId: user?.sub ?? '', amr: ['pwd'], ts } };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
    ctx.status = 303;
  };
}
