/** The pages of this application. */
export const pages = {
  home: '/',
  profile: '/profile',
  sessions: '/sessions',
  loginError: '/login-error',
} as const;
