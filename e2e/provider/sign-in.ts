import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { errorPage, signInPage } from './pages.ts';
import type { Settings } from './settings.ts';
import { PASSWORD, tenantOfHost, usersOf } from './tenants.ts';

/** The page between the authorization request and its answer. A tenant's page knows that tenant's users only. */
export function signIn(provider: Provider, settings: Settings): Middleware {
  return async (ctx, next) => {
    const tenant = tenantOfHost(ctx.host, settings.vanityDomain);
    if (!ctx.path.startsWith('/sign-in/') || !tenant) return next();

    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    });
    if (!interaction) {
      ctx.status = 400;
      return errorPage(ctx, 'sign_in_expired', 'This sign-in has expired or was finished in another tab.');
    }
    if (ctx.method !== 'POST') {
      const email = String(ctx.query.login_hint ?? interaction.params.login_hint ?? '');
      return signInPage(ctx, { tenant, email });
    }

    const form = new URLSearchParams(await text(ctx.req));
    const email = (form.get('email') ?? '').trim();
    const user = usersOf(tenant).find((user) => user.email === email.toLowerCase());
    const answer = (result: Parameters<Provider['interactionResult']>[2]) =>
      provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });

    if (form.get('action') === 'cancel') {
      ctx.redirect(await answer({ error: 'access_denied', error_description: 'The user cancelled the sign-in' }));
    } else if (user && form.get('password') === PASSWORD) {
      ctx.redirect(await answer({ login: { accountId: user.id, amr: ['pwd'] } }));
    } else {
      // 200, since browsers log any 4xx as a console error, which end-to-end tests take for a fault of the page.
      return signInPage(ctx, { tenant, email, error: 'Email or password is wrong. Please try again.' });
    }
    ctx.status = 303;
  };
}
