import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import type { Middleware } from './access-tokens.ts';
import { endProviderSession } from './backchannel-logout.ts';
import { defaultLifetimes, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { users } from './tenants.ts';

interface Fault {
  path: string;
  /** What to answer instead; 0 cuts the connection; absent: only the delay. */
  status?: number;
  /** Sent as it is, JSON or rubbish; by default an OAuth error document. */
  body?: string;
  count?: number;
  delayMs?: number;
}
type Input = Partial<Fault & Settings['lifetimes'] & { email: string }>;

/** What end-to-end tests need and no real provider offers: shorter lifetimes, faults, counters, revocation. */
export function testControls(provider: Provider, settings: Settings, storage: Storage): Middleware {
  const requests = new Map<string, number>();
  let faults: (Fault & { count: number; delayMs: number })[] = [];

  const controls: { [route: string]: (input: Input) => unknown } = {
    'POST /__test/config': (input) => {
      for (const name of Object.keys(defaultLifetimes) as (keyof typeof defaultLifetimes)[]) {
        settings.lifetimes[name] = input[name] ?? settings.lifetimes[name];
      }
      return settings.lifetimes;
    },
    'POST /__test/fail': ({ path = '', count = 1, delayMs = 0, ...fault }) => {
      faults.push({ ...fault, path, count, delayMs });
      return faults;
    },
    'GET /__test/requests': () => Object.fromEntries(requests),
    'POST /__test/revoke': ({ email }) => storage.revokeAccount(accountOf(email)),
    'POST /__test/backchannel-logout': async ({ email }) => {
      const sessions = storage.sessionsOf(accountOf(email));
      return (await Promise.all(sessions.map((session) => endProviderSession(provider, settings, storage, session)))).flat();
    },
    'POST /__test/reset': () => {
      Object.assign(settings.lifetimes, defaultLifetimes);
      requests.clear();
      storage.clear();
      faults = [];
    },
  };

  return async (ctx, next) => {
    const control = controls[`${ctx.method} ${ctx.path}`];
    if (control && isLoopback(ctx.ip)) {
      const input = ctx.method === 'POST' ? ((await json(ctx.req).catch(() => ({}))) as Input) : {};
      ctx.body = (await control(input)) ?? {};
      return;
    }
    count(ctx.path);
    const fault = faults.find(({ path, count }) => path === ctx.path && count > 0);
    if (fault) {
      fault.count -= 1;
      await setTimeout(fault.delayMs);
      if (fault.status === 0) return void ctx.req.socket.destroy();
      if (fault.status) {
        ctx.status = fault.status;
        ctx.body = fault.body ?? { error: 'temporarily_unavailable', error_description: 'a fault was asked for' };
        return;
      }
    }
    await next();
    const grantType = ctx.oidc?.params?.grant_type;
    if (grantType) count(`${ctx.path}#${grantType}`);
  };

  /** Paths that end in an id count as one. */
  function count(path: string): void {
    const key = path.replace(/\/[\w-]{21,}$/, '');
    requests.set(key, (requests.get(key) ?? 0) + 1);
  }
}

function accountOf(email: string | undefined): string {
  const user = users.find((user) => user.email === email);
  if (!user) throw Object.assign(new Error(`there is no user ${email}`), { status: 400, expose: true });
  return user.id;
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
