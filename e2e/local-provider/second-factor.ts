import { interactionPolicy } from 'oidc-provider';

/** The `acr` of a sign-in with a second factor; the backend has the same in `step_up.rs`. */
export const SECOND_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
/** The code of every user. */
export const CODE = '424242';

/** True if an authorization request asks for a second factor. */
export function asksForSecondFactor({ acr_values }: { [parameter: string]: unknown } = {}): boolean {
  return String(acr_values ?? '')
    .split(' ')
    .includes(SECOND_FACTOR);
}

/**
 * Asks a user who is signed in without a second factor for it. `acr_values` is a wish (Core 3.1.2.1), so that a sign-in
 * may end without it: it is for the application to check.
 */
export const secondFactorCheck = new interactionPolicy.Check(
  'second_factor',
  'a second factor is asked for',
  'login_required',
  ({ oidc }) => asksForSecondFactor(oidc.params) && oidc.session?.acr !== SECOND_FACTOR && !oidc.result?.login,
);

/** The claims of a sign-in, with the second factor or without. */
export function authentication(hasSecondFactor: boolean) {
  return hasSecondFactor ? { acr: SECOND_FACTOR, amr: ['pwd', 'otp', 'mfa'] } : { amr: ['pwd'] };
}
