import { createHash } from 'node:crypto';

export interface Tenant {
  id: string;
  name: string;
  displayName: string;
  /** A tenant custom domain replaces the whole tenant host. */
  hasCustomDomain: boolean;
}

export interface User {
  id: string;
  tenant: Tenant;
  email: string;
  givenName: string;
  familyName: string;
  roles: { id: string; name: string; display_name: string }[];
}

export const APPLICATION_ID = stableId('application');
export const IDENTITY_PROVIDER = 'wristband';
export const PASSWORD = 'wristband';

const acme = tenant('acme', 'Acme', false);
const globex = tenant('globex', 'Globex', true);
export const tenants = [acme, globex];
export const users = [
  user(acme, 'Ada', 'Lovelace', 'admin'),
  user(acme, 'Alan', 'Turing', 'viewer'),
  user(globex, 'Grace', 'Hopper', 'admin'),
];

/** The host a tenant custom domain of ours would have. */
export function customDomain(of: Tenant, vanityDomain: string): string | undefined {
  return of.hasCustomDomain ? `login.${of.name}.${vanityDomain}` : undefined;
}

/** Which tenant a request is for; the application host itself belongs to none. */
export function tenantOfHost(host: string, vanityDomain: string): Tenant | undefined {
  return tenants.find(
    (tenant) => host === `${tenant.name}.${vanityDomain}` || host === customDomain(tenant, vanityDomain),
  );
}

export function usersOf(tenant: Tenant): User[] {
  return users.filter((user) => user.tenant === tenant);
}

export function userById(id: string | undefined): User | undefined {
  return users.find((user) => user.id === id);
}

/** Everything Wristband's userinfo may tell about a user; the granted scopes choose from it. */
export function claimsOf(user: User): { sub: string; [claim: string]: unknown } {
  return {
    sub: user.id,
    tnt_id: user.tenant.id,
    app_id: APPLICATION_ID,
    idp_name: IDENTITY_PROVIDER,
    email: user.email,
    email_verified: true,
    name: `${user.givenName} ${user.familyName}`,
    given_name: user.givenName,
    family_name: user.familyName,
    preferred_username: user.email.replace(/@.*/, ''),
    locale: 'en-US',
    zoneinfo: 'Europe/London',
    roles: user.roles,
  };
}

function tenant(name: string, displayName: string, hasCustomDomain: boolean): Tenant {
  return { id: stableId(`tenant ${name}`), name, displayName, hasCustomDomain };
}

function user(tenant: Tenant, givenName: string, familyName: string, role: 'admin' | 'viewer'): User {
  const email = `${givenName.toLowerCase()}@${tenant.name}.example`;
  const display_name = role === 'admin' ? 'Admin' : 'Viewer';
  const roles = [{ id: stableId(`role ${role}`), name: `app:local:${role}`, display_name }];
  return { id: stableId(`user ${email}`), tenant, email, givenName, familyName, roles };
}

/** Ids look opaque, as the real ones do, and stay the same from one start to the next. */
function stableId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 26);
}
