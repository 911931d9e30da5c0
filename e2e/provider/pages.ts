import { readFileSync } from 'node:fs';
import { CLIENT_ID } from './settings.ts';
import { PASSWORD, type Tenant, tenants, usersOf } from './tenants.ts';

export const stylesheet = readFileSync(new URL('./pages.css', import.meta.url), 'utf8');

/** The part of a Koa context a page is written to. */
interface Response {
  status: number;
  type: string;
  body: unknown;
  set(name: string, value: string): void;
}

interface SignIn {
  tenant: Tenant;
  email: string;
  error?: string;
}

export function signInPage(ctx: Response, { tenant, email, error = '' }: SignIn): void {
  const accounts = usersOf(tenant).map(
    (user) =>
      `<li><a href="?login_hint=${encodeURIComponent(user.email)}">${user.givenName} ${user.familyName}</a> <code>${user.email}</code></li>`,
  );
  page(ctx, `Sign in to ${tenant.displayName}`, `
    <form method="post">
      ${alert(error)}
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${email ? '' : ' autofocus'}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${email ? ' autofocus' : ''}>
      <button name="action" value="sign-in">Sign in</button>
      <button name="action" value="cancel" class="secondary" formnovalidate>Cancel</button>
    </form>
    <aside aria-labelledby="accounts">
      <h2 id="accounts">Test users</h2>
      <ul>${accounts.join('')}</ul>
      <p>The password of each is <code>${PASSWORD}</code>.</p>
    </aside>`);
}

/** Application-level login: asks for the tenant, then sends the user back to the application's login. */
export function tenantPage(ctx: Response, { tenant, state, error = '' }: { tenant: string; state: string; error?: string }): void {
  const links = tenants.map(({ name, displayName }) => {
    const query = new URLSearchParams({ client_id: CLIENT_ID, tenant_name: name, ...(state && { state }) });
    return `<li><a href="?${escape(query.toString())}">${displayName}</a> <code>${name}</code></li>`;
  });
  page(ctx, 'Where do you want to sign in?', `
    <form>
      ${alert(error)}
      <input type="hidden" name="client_id" value="${CLIENT_ID}">
      ${state && `<input type="hidden" name="state" value="${escape(state)}">`}
      <label for="tenant">Organization</label>
      <input id="tenant" name="tenant_name" autocomplete="organization" autocapitalize="none" spellcheck="false" required autofocus value="${escape(tenant)}">
      <button>Continue</button>
    </form>
    <aside aria-labelledby="tenants">
      <h2 id="tenants">Test organizations</h2>
      <ul>${links.join('')}</ul>
    </aside>`);
}

export function errorPage(ctx: Response, code: string, description: string): void {
  page(ctx, 'This did not work', `
    <p>${escape(description)}</p>
    <p><code>${escape(code)}</code></p>
    <p>Go back to the application and sign in again.</p>`);
}

/** No `form-action` in the policy: browsers apply it to the redirects after the sign-in form, which lead to the application. */
function page(ctx: Response, title: string, content: string): void {
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'");
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.body = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escape(title)}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/pages.css">
</head>
<body>
  <main>
    <h1>${escape(title)}</h1>${content}
  </main>
  <footer>Local stand-in for Wristband. For development and tests only.</footer>
</body>
</html>`;
}

/** The region is there from the start and announced as soon as it has text. */
function alert(text: string): string {
  return `<p class="error" role="alert" aria-live="assertive">${escape(text)}</p>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
