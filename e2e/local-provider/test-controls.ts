import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { endProviderSession } from './backchannel-logout.ts';
import { lifetimes as defaults, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { resetUsers, rolesNamed, users } from './tenants.ts';

/** `status` 0 cuts the connection, none only delays; `body` is sent as it is, by default an OAuth error. */
type Fault = { path: string; status?: number; body?: string; count: number; delayMs: number };
type Input = Partial<Fault & Settings['lifetimes'] & { authTime: boolean; email: string; role: string }>;

/** Controls for end-to-end tests, which no real provider has. A request must come from this machine. */
export function testControls(provider: Provider, { lifetimes, appUrls }: Settings, storage: Storage): Middleware {
  const requests = new Map<string, number>();
  const count = (key: string) => requests.set(key, (requests.get(key) ?? 0) + 1);
  const faults: Fault[] = [];
  let tellsAuthTime = true;

  const controls: { [route: string]: (input: Input, ctx: Parameters<Middleware>[0]) => unknown } = {
    /** `authTime: false` leaves `auth_time` out of ID tokens, which a provider may. */
    'POST /__test/config': ({ authTime = tellsAuthTime, ...input }) => {
      tellsAuthTime = authTime;
      return Object.assign(lifetimes, input);
    },
    /** For links of the session page, e.g. `?accessTokenPadding=4000`: leads back there, with the same query. */
    'GET /__test/config': (_input, ctx) => {
      const names = Object.keys(defaults).filter((name) => ctx.query[name]);
      const set = Object.fromEntries(names.map((name) => [name, Number(ctx.query[name]) || 0]));
      Object.assign(lifetimes, set);
      return ctx.redirect(`${appUrls[0]}/session?${new URLSearchParams(set as never)}`) ?? ctx.body;
    },
    'POST /__test/fail': (fault) => faults.push({ path: '', count: 1, delayMs: 0, ...fault }),
    'GET /__test/requests': () => Object.fromEntries(requests),
    /** Ends every token of the user, as an administrator would; provider sessions live on. */
    'POST /__test/revoke': async ({ email }) => {
      for (const { jti = '' } of storage.recordsOf('Grant', accountOf(email))) {
        await provider.Grant.adapter.destroy(jti);
      }
    },
    /** Gives the user this role, such as `Viewer`, in place of all others; userinfo says so from now on. */
    'POST /__test/role': ({ email, role = '' }) => {
      for (const user of users.filter((user) => user.email === email)) user.roles = rolesNamed(role);
    },
    'POST /__test/backchannel-logout': async ({ email }) => {
      const sessions = storage.recordsOf('Session', accountOf(email));
      const failures = await Promise.all(sessions.map((session) => endProviderSession(provider, session)));
      return { sessions: sessions.length, failures: failures.filter(Boolean) };
    },
    'POST /__test/reset': () => {
      Object.assign(lifetimes, defaults);
      tellsAuthTime = true;
      requests.clear();
      storage.clear();
      resetUsers();
      faults.length = 0;
    },
  };

  return async (ctx, next) => {
    const control = controls[`${ctx.method} ${ctx.path}`];
    if (control && /^(::1|(::ffff:)?127\..+)$/.test(ctx.ip)) {
      const input = (await json(ctx.req).catch(() => ({}))) as Input;
      ctx.body = (await control(input, ctx)) ?? {};
      return;
    }
    count(ctx.path.replace(/\/[\w-]{21,}$/, '')); // sign-in pages and resumed authorizations end in an id
    const fault = faults.find((fault) => fault.path === ctx.path && fault.count-- > 0);
    if (fault) await setTimeout(fault.delayMs);
    if (fault?.status === 0) return void ctx.req.socket.destroy();
    if (fault?.status) {
      ctx.status = fault.status;
      ctx.body = fault.body ?? { error: 'temporarily_unavailable', error_description: 'A test asked for this.' };
      return;
    }
    if (!tellsAuthTime) for (const code of storage.recordsOf('AuthorizationCode')) delete code.authTime;
    await next();
    if (ctx.oidc?.params?.grant_type) count(`${ctx.path}#${ctx.oidc.params.grant_type}`);
  };
}

function accountOf(email: string | undefined): string {
  const user = users.find((user) => user.email === email);
  if (!user) throw Object.assign(new Error(`there is no user ${email}`), { status: 400, expose: true });
  return user.sub;
}
