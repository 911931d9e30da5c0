import { TOKEN_SECONDS } from './provider.ts';

/** Folders of Debian's packages. */
export const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
export const PAGES = '/usr/share/glewlwyd/webapp';
export const PAGES_CONFIGURATION = '/usr/share/glewlwyd/templates/config.json';
const MODULES = '/usr/lib/glewlwyd';

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Holds its `sid`. */
export const SESSION_COOKIE = 'GLEWLWYD2_OIDC_SID';

/** The server's own file. */
export function glewlwydConfiguration(port: number, database: string, pages: string): string {
  const types = Object.entries(TYPES).map(
    ([extension, type]) => `{ extension = "${extension}"; mime_type = "${type}"; }`,
  );
  return `
port=${port}
bind_address="127.0.0.1"
external_url="http://localhost:${port}"
login_url="login.html"
api_prefix="api"
static_files_path="${pages}"
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${MODULES}/user"
client_module_path="${MODULES}/client"
user_auth_scheme_module_path="${MODULES}/scheme"
plugin_module_path="${MODULES}/plugin"
database = { type = "sqlite3"; path = "${database}"; };
static_files_mime_types = ( ${types.join(', ')} )
`;
}

/** The plugin that makes it an OpenID provider, also of tokens for `resource` (RFC 8707). */
export function openIdPlugin(url: string, key: Record<string, unknown>, resource?: string) {
  return {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    parameters: {
      iss: `${url}/api/oidc`,
      'jwt-type': 'ecdsa',
      'jwt-key-size': '256',
      'jwks-private': JSON.stringify({ keys: [key] }),
      'default-kid': key.kid,
      'jwks-show': true,
      'access-token-duration': TOKEN_SECONDS,
      'refresh-token-duration': 3600,
      'code-duration': 600,
      'refresh-token-rolling': true,
      'refresh-token-one-use': 'always',
      'allow-non-oidc': false,
      'auth-type-code-enabled': true,
      'auth-type-code-revoke-replayed': true,
      'auth-type-token-enabled': false,
      'auth-type-id-token-enabled': true,
      'auth-type-none-enabled': false,
      'auth-type-password-enabled': false,
      'auth-type-client-enabled': false,
      'auth-type-device-enabled': false,
      'auth-type-refresh-enabled': true,
      scope: [],
      'additional-parameters': [],
      claims: [],
      'address-claim': { type: 'no' },
      'name-claim': 'mandatory',
      'email-claim': 'mandatory',
      'scope-claim': 'no',
      'allowed-scope': ['openid'],
      'pkce-allowed': true,
      'pkce-method-plain-allowed': false,
      'introspection-revocation-allowed': true,
      'introspection-revocation-allow-target-client': true,
      'session-management-allowed': true,
      'session-cookie-name': SESSION_COOKIE,
      'session-cookie-expiration': 3600,
      'back-channel-logout-allowed': true,
      // Its page that signs out is answered 400 otherwise, though no client has a front channel.
      'front-channel-logout-allowed': true,
      'request-parameter-allow': false,
      'oauth-as-iss-id': true,
      ...(resource && { 'resource-allowed': true, 'resource-scope': { openid: [resource] } }),
    },
  };
}
