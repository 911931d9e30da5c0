import { type SubmitEvent, useId } from 'react';
import { type LoginOptions, loginUrl } from '../auth/login-url.ts';
import { NavigationError } from './navigation-error.tsx';
import { useLeave } from './use-leave.ts';

type Props = { defaultTenantName?: string | undefined; submitLabel?: string } & Pick<
  LoginOptions,
  'returnUrl' | 'prompt'
>;

/** Form for the tenant, which opens its sign-in page. */
export function SignInForm({ defaultTenantName, submitLabel = 'Sign in', returnUrl, prompt }: Props) {
  const { leave, failure } = useLeave('Sign-in did not start.');
  const hintId = useId();

  // Submitted by script: the form-action policy of the page would block the redirect to the provider.
  function signIn(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const tenantName = String(new FormData(event.currentTarget).get('tenant_name')).trim();
    void leave(loginUrl({ tenantName, returnUrl, prompt }));
  }

  return (
    <form onSubmit={signIn} className="stack">
      <label className="field">
        <span>Tenant</span>
        <input
          name="tenant_name"
          defaultValue={defaultTenantName}
          aria-describedby={hintId}
          autoComplete="organization"
          autoCapitalize="none"
          spellCheck={false}
        />
      </label>
      <p id={hintId} className="hint">
        The name of your organization’s account. If you do not know it, leave this empty.
      </p>
      <button type="submit" className="button">
        {submitLabel}
      </button>
      <NavigationError>{failure}</NavigationError>
    </form>
  );
}
