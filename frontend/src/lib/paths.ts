/** The pages of this application. */
export const pages = {
  home: '/',
  session: '/session',
  profile: '/profile',
  sessions: '/sessions',
  admin: '/admin',
  loginError: '/login-error',
  signedOut: '/signed-out',
} as const;
