import { type SubmitEvent, useId } from 'react';
import { useAuth } from '../auth/auth-context.tsx';
import { type LoginOptions, loginUrl } from '../auth/login-url.ts';

type Props = { defaultTenantName?: string | undefined } & Pick<LoginOptions, 'returnUrl' | 'prompt'>;

/** Asks for the tenant and goes to its sign-in page. */
export function SignInForm({ defaultTenantName, returnUrl, prompt }: Props) {
  const { leaveTo } = useAuth();
  const hintId = useId();

  // Submitted by script: the page's form-action policy would stop a form whose answer redirects to the provider.
  function signIn(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const tenantName = String(new FormData(event.currentTarget).get('tenant_name')).trim();
    leaveTo(loginUrl({ tenantName, returnUrl, prompt }));
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
        Sign in
      </button>
    </form>
  );
}
