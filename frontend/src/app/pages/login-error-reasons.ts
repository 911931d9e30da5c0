import type { LoginErrorReason } from '../../lib/api/types.ts';

type Explanation = { title: string; what: string; next: string };

const explanations: Record<LoginErrorReason, Explanation> = {
  identity_provider_unavailable: {
    title: 'The identity provider is unavailable',
    what: 'You sign in at the identity provider, which can’t be reached right now.',
    next: 'This is usually over soon. Wait a moment and try again.',
  },
  session_store_unavailable: {
    title: 'Sign-in is temporarily unavailable',
    what: 'The session store is unavailable.',
    next: 'Nothing is lost. Wait a moment and try again.',
  },
  access_denied: {
    title: 'Sign-in was refused',
    what: 'You, or the identity provider, refused access to this application.',
    next: 'Try again to give access, or ask an administrator of your tenant to let you in.',
  },
  invalid_request: {
    title: 'This sign-in link does not work',
    what: 'The address that should start the sign-in is incomplete or damaged.',
    next: 'Try again from here, or open the home page instead of a bookmark.',
  },
  invalid_tenant: {
    title: 'Unknown tenant',
    what: 'There is no tenant of that name, or its domain does not belong to this application.',
    next: 'Check the spelling and try again.',
  },
  insufficient_authentication: {
    title: 'The sign-in was not strong or recent enough',
    what: 'This asked for a stronger or a more recent sign-in than the identity provider has confirmed, so nothing has changed.',
    next: 'Try again and complete every step there, such as the code. If you have no second factor, set one up at the identity provider.',
  },
  login_failed: {
    title: 'Sign-in failed',
    what: 'The response of the identity provider failed the security checks, so nobody was signed in.',
    next: 'Try again. If it happens every time, tell the people who run this application.',
  },
  application_refused: {
    title: 'The identity provider refused this application',
    what: 'It rejects the configuration of this application, so nobody was signed in. You did nothing wrong.',
    next: 'Tell the people who run this application: the log has the cause.',
  },
  too_many_attempts: {
    title: 'Sign-in kept looping',
    what: 'The sign-in started several times in a row and never finished.',
    next: 'Close other sign-in tabs, then try again.',
  },
  no_cookies: {
    title: 'Your browser keeps no cookies',
    what: 'You came back from the identity provider, but your browser did not send the cookie of this sign-in, or any other cookie of this site.',
    next: 'Allow cookies for this site, or leave private browsing, then try again.',
  },
  session_too_large: {
    title: 'Your session does not fit into cookies',
    what: 'This server keeps sessions in cookies, and yours is larger than browsers allow.',
    next: 'The people who run this application can ask for fewer scopes, or raise COOKIE_BUDGET if every proxy allows it.',
  },
  internal: {
    title: 'Internal server error',
    what: 'Something failed in the server while you were signing in or out.',
    next: 'Try again. If it happens every time, tell the people who run this application: the log has the cause.',
  },
};

/** Explains a reason; an unknown one is explained as `login_failed`. */
export function explainLoginError(wanted: string | null): Explanation & { reason: LoginErrorReason } {
  const reason = Object.hasOwn(explanations, wanted ?? '') ? (wanted as LoginErrorReason) : 'login_failed';
  return { reason, ...explanations[reason] };
}
