import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { errorPage, signInPage } from './pages.ts';
import { asksForSecondFactor, authentication, CODE } from './second-factor.ts';
import type { Settings } from './settings.ts';
import { PASSWORD, tenantOfHost, users } from './tenants.ts';

/** The page between an authorization request and its answer. A tenant's page knows that tenant's users only. */
export function signIn(provider: Provider, { vanityDomain, lifetimes }: Settings): Middleware {
  return async (ctx, next) => {
    const tenant = tenantOfHost(ctx.host, vanityDomain);
    if (!ctx.path.startsWith('/sign-in/') || !tenant) return next();

    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
    if (!interaction) return errorPage(ctx, 'sign_in_expired', 'This sign-in has expired, or ended in another tab.');
    const { params, prompt, session } = interaction;
    const asksForCode = asksForSecondFactor(params);
    // Who is signed in already, and lacks only the second factor.
    const known =
      prompt.reasons.join() === 'second_factor' ? users.find(({ sub }) => sub === session?.accountId) : undefined;
    const email = known?.email ?? String(ctx.query.login_hint ?? params.login_hint ?? '');
    if (ctx.method !== 'POST') return signInPage(ctx, tenant, { email, known, asksForCode });

    const form = new URLSearchParams(await text(ctx.req));
    const typed = form.get('email')?.trim() ?? '';
    const found = users.find((user) => user.tnt_id === tenant.id && user.email === typed.toLowerCase());
    const user = known ?? (form.get('password') === PASSWORD ? found : undefined);
    const action = form.get('action');
    const cancelled = action === 'cancel';
    const hasCode = asksForCode && form.get('code')?.trim() === CODE;
    // 200, because browsers log each 4xx as a console error, and end-to-end tests take those for faults.
    const again = (error: string) =>
      signInPage(ctx, tenant, { email: known?.email ?? typed, known, asksForCode, error });
    if (!cancelled && !user) return again('Email or password is wrong. Please try again.');
    if (!cancelled && asksForCode && !hasCode && action !== 'without-code') {
      return again('The code is wrong. Please try again.');
    }
    const ts = Math.floor(Date.now() / 1000) - lifetimes.signInAge;
    const result = cancelled
      ? { error: 'access_denied', error_description: 'The user cancelled the sign-in' }
      : { login: { accountId: user?.sub ?? '', ts, ...authentication(hasCode) } };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
    ctx.status = 303;
  };
}
