import { CODE } from './second-factor.ts';
import { CLIENT_ID } from './settings.ts';
import { PASSWORD, type Tenant, tenants, users } from './tenants.ts';

/** The parts of a Koa context that a page needs. */
type Response = { status: number; type: string; body: unknown; set(headers: { [name: string]: string }): void };

type SignIn = {
  email: string;
  /** Who is signed in already, and is asked for the second factor only. */
  known?: { name: string } | undefined;
  asksForCode: boolean;
  error?: string;
};

export function signInPage(ctx: Response, tenant: Tenant, { email, known, asksForCode, error = '' }: SignIn): void {
  const accounts = users
    .filter((user) => user.tnt_id === tenant.id)
    .map((user) => {
      const link = `?login_hint=${encodeURIComponent(user.email)}`;
      return `<li><a href="${link}">${user.name}</a> <code>${user.email}</code></li>`;
    });
  const [focusEmail, focusPassword] = email ? ['', 'autofocus'] : ['autofocus', ''];
  const credentials = `
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="username" value="${escapeHtml(email)}" required ${focusEmail}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required ${focusPassword}>`;
  const secondFactor = `
      <label for="code">Code</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required ${known ? 'autofocus' : ''}>
      <p class="note">The second factor: the code of each user is <code>${CODE}</code>.</p>`;
  const withoutCode = `
      <button name="action" value="without-code" class="secondary" formnovalidate>Without a code</button>`;
  const content = `
    <form method="post">
      <p class="error" role="alert" aria-live="assertive">${escapeHtml(error)}</p>
      ${known ? `<p>You are signed in as ${escapeHtml(known.name)}.</p>` : credentials}${asksForCode ? secondFactor : ''}
      <button name="action" value="sign-in">${known ? 'Confirm' : 'Sign in'}</button>${asksForCode ? withoutCode : ''}
      <button name="action" value="cancel" class="secondary" formnovalidate>Cancel</button>
    </form>`;
  const testUsers = `
    <h2>Test users</h2>
    <ul>${accounts.join('')}</ul>
    <p class="note">The password of each is <code>${PASSWORD}</code>.</p>`;
  const title = known ? `Confirm that it is you, at ${tenant.displayName}` : `Sign in to ${tenant.displayName}`;
  page(ctx, title, known ? content : content + testUsers);
}

/** Without a tenant, the sign-up makes one as well. */
export function signUpPage(ctx: Response, tenant: Tenant | undefined, form: URLSearchParams, error = ''): void {
  const field = (id: string, label: string, type = 'text') => `
      <label for="${id}">${label}</label>
      <input id="${id}" name="${id}" type="${type}" value="${escapeHtml(form.get(id) ?? '')}" required>`;
  const content = `
    <form method="post">
      <p class="error" role="alert" aria-live="assertive">${escapeHtml(error)}</p>
      ${tenant ? '' : field('tenant', 'Tenant')}${field('name', 'Name')}${field('email', 'Email', 'email')}
      <button>Create account</button>
    </form>
    <p class="note">The account is forgotten when the provider stops. Its password is <code>${PASSWORD}</code>.</p>`;
  page(ctx, tenant ? `Create an account at ${tenant.displayName}` : 'Create an account', content);
}

/** Application-level login asks for the tenant, then sends the user back to the application's login. */
export function tenantPage(ctx: Response, tenantName: string, state: string, error = ''): void {
  const links = tenants.map(({ name, displayName }) => {
    const query = new URLSearchParams({ client_id: CLIENT_ID, tenant_name: name, state });
    return `<li><a href="?${escapeHtml(query.toString())}">${displayName}</a> <code>${name}</code></li>`;
  });
  const content = `
    <form>
      <p class="error" role="alert" aria-live="assertive">${escapeHtml(error)}</p>
      <input type="hidden" name="client_id" value="${CLIENT_ID}">
      <input type="hidden" name="state" value="${escapeHtml(state)}">
      <label for="tenant">Tenant</label>
      <input id="tenant" name="tenant_name" autocapitalize="none" required autofocus value="${escapeHtml(tenantName)}">
      <button>Continue</button>
    </form>
    <h2>Test tenants</h2>
    <ul>${links.join('')}</ul>`;
  page(ctx, 'Where do you want to sign in?', content);
}

export function errorPage(ctx: Response, code: string, description: string, status = 400, application = ''): void {
  ctx.status = status;
  const reason = `<p>${escapeHtml(description)}</p><p><code>${escapeHtml(code)}</code></p>`;
  const back = application
    ? `<a href="${escapeHtml(application)}">Go back to the application</a>`
    : 'Go back to the application';
  page(ctx, 'This did not work', `${reason}<p>${back} and sign in again.</p>`);
}

function page(ctx: Response, title: string, content: string): void {
  ctx.type = 'html';
  // No form-action: browsers apply it to the redirects after the sign-in form too, and these lead to the application.
  const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
  ctx.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  ctx.body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:,"><link rel="stylesheet" href="/pages.css"></head>
<body>
  <main><h1>${title}</h1>${content}</main>
  <footer>Local stand-in for Wristband, for development and tests only.</footer>
</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
