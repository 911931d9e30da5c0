import { createHash } from 'node:crypto';

export type Tenant = ReturnType<typeof tenant>;
export const PASSWORD = 'wristband';
export const tenants = [tenant('acme', 'Acme'), tenant('globex', 'Globex', { hasCustomDomain: true })];
export const users = [
  user('acme', 'Ada', 'Lovelace', 'Admin'),
  user('acme', 'Alan', 'Turing', 'Viewer'),
  user('globex', 'Grace', 'Hopper', 'Admin'),
];

/** A tenant custom domain replaces the whole tenant host. */
export function customDomain({ name, hasCustomDomain }: Tenant, vanityDomain: string): string | undefined {
  return hasCustomDomain ? `login.${name}.${vanityDomain}` : undefined;
}

/** The application host itself belongs to no tenant. */
export function tenantOfHost(host: string, vanityDomain: string): Tenant | undefined {
  return tenants.find((of) => host === `${of.name}.${vanityDomain}` || host === customDomain(of, vanityDomain));
}

function tenant(name: string, displayName: string, { hasCustomDomain = false } = {}) {
  return { id: stableId(name), name, displayName, hasCustomDomain };
}

/** A user is what Wristband's userinfo may tell about one; the granted scopes choose from it. */
function user(tenantName: string, given_name: string, family_name: string, role: 'Admin' | 'Viewer') {
  const preferred_username = given_name.toLowerCase();
  const email = `${preferred_username}@${tenantName}.example`;
  return {
    sub: stableId(email),
    tnt_id: stableId(tenantName),
    app_id: stableId('application'),
    idp_name: 'wristband',
    email,
    email_verified: true,
    name: `${given_name} ${family_name}`,
    given_name,
    family_name,
    preferred_username,
    locale: 'en-US',
    zoneinfo: 'Europe/London',
    roles: [{ id: stableId(role), name: `app:local:${role.toLowerCase()}`, display_name: role }],
  };
}

/** Ids look opaque, as the real ones do, and stay the same from one start to the next. */
function stableId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 26);
}
