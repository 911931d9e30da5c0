import type { LoginErrorReason } from '../../lib/api/types.ts';

type Explanation = { title: string; what: string; next: string };

const explanations: Record<LoginErrorReason, Explanation> = {
  identity_provider_unavailable: {
    title: 'The identity provider does not answer',
    what: 'Sign-in happens at the identity provider, and it cannot be reached just now.',
    next: 'This is usually over soon. Wait a moment and try again.',
  },
  session_store_unavailable: {
    title: 'Sessions cannot be kept just now',
    what: 'The place where sessions are kept does not answer, so nobody can sign in or out.',
    next: 'Nothing is lost. Wait a moment and try again.',
  },
  access_denied: {
    title: 'Sign-in was refused',
    what: 'You, or the identity provider, refused access to this application.',
    next: 'Try again to give access, or ask an administrator of your tenant to let you in.',
  },
  invalid_request: {
    title: 'This sign-in link does not work',
    what: 'The address that was to start the sign-in is incomplete or damaged.',
    next: 'Try again from here, or begin at the start page instead of a bookmark.',
  },
  invalid_tenant: {
    title: 'This tenant is not known',
    what: 'There is no tenant of that name here, or its domain does not belong to this application.',
    next: 'Check the spelling and enter the tenant on the start page.',
  },
  login_failed: {
    title: 'The sign-in did not finish',
    what: 'The answer of the identity provider did not pass the security checks, so nobody was signed in.',
    next: 'Try again. If it happens every time, tell whoever runs this application.',
  },
  too_many_attempts: {
    title: 'The sign-in went round in circles',
    what: 'It was started several times in a row and never came back as it should. Often cookies are blocked.',
    next: 'Allow cookies for this site, close other sign-in tabs, then try again.',
  },
  session_too_large: {
    title: 'Your session does not fit into cookies',
    what: 'This server keeps sessions in cookies, and yours holds more than browsers will carry.',
    next: 'Whoever runs this application can ask for fewer scopes, or raise COOKIE_BUDGET if every proxy on the way allows it.',
  },
  internal: {
    title: 'Something failed on the server',
    what: 'The server ran into a fault of its own while it was signing you in or out.',
    next: 'Try again. If it happens every time, tell whoever runs this application: its log has the cause.',
  },
};

/** Explains a reason; one that is not on the list counts as a sign-in that failed without a known cause. */
export function explainLoginError(reason: string | null): Explanation {
  return Object.hasOwn(explanations, reason ?? '')
    ? explanations[reason as LoginErrorReason]
    : explanations.login_failed;
}
