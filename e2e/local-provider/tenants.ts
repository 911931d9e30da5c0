import { createHash } from 'node:crypto';

export type Tenant = ReturnType<typeof tenant>;
export const PASSWORD = 'wristband';
const testTenants = [tenant('acme', 'Acme'), tenant('globex', 'Globex', { hasCustomDomain: true })];
const testUsers = () => [
  user('acme', 'Ada', 'Lovelace', 'Admin'),
  user('acme', 'Alan', 'Turing', 'Viewer'),
  user('globex', 'Grace', 'Hopper', 'Admin'),
];
export const tenants = [...testTenants];
export const users = testUsers();

/** Forgets who has signed up, and gives the test users their roles back. */
export function resetUsers(): void {
  tenants.splice(0, tenants.length, ...testTenants);
  users.splice(0, users.length, ...testUsers());
}

/** Makes a user, in memory only. Without a tenant it makes one as well. Throws an error for the page. */
export function signUp(of: Tenant | undefined, form: URLSearchParams) {
  const [name = '', email = '', tenantName = ''] = ['name', 'email', 'tenant'].map((field) => form.get(field)?.trim());
  if (!name || !email.includes('@')) throw new Error('Name and email are needed.');
  if (users.some((user) => user.email === email)) throw new Error('There is a user with this email.');
  if (!of && !/^[a-z0-9]{1,40}$/.test(tenantName)) throw new Error('A tenant has a name of small letters and digits.');
  if (!of && tenants.some((tenant) => tenant.name === tenantName)) throw new Error('There is a tenant of this name.');
  const home = of ?? tenant(tenantName, tenantName);
  const [given = '', ...family] = name.split(' ');
  if (!of) tenants.push(home);
  const ids = { sub: stableId(email), email, preferred_username: email };
  users.push({ ...user(home.name, given, family.join(' '), 'Viewer'), ...ids });
  return { tenant_name: home.name, login_hint: email };
}

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
    roles: rolesNamed(role),
  };
}

export function rolesNamed(role: string) {
  return [{ id: stableId(role), name: `app:local:${role.toLowerCase()}`, display_name: role }];
}

/** Ids look opaque, as the real ones do, and stay the same from one start to the next. */
function stableId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 26);
}
