import { type SubmitEvent, useId } from 'react';
import { useAuth } from '../auth/auth-context.tsx';
import { loginUrl } from '../auth/login-url.ts';

type Props = { defaultTenantName?: string | undefined; returnUrl: string };

/** Asks for the tenant and goes to its sign-in page. */
export function SignInForm({ defaultTenantName, returnUrl }: Props) {
  const { leaveTo } = useAuth();
  const hintId = useId();

  // Submitted by script: the page's form-action policy would stop a form whose answer redirects to the provider.
  function signIn(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const tenantName = String(new FormData(event.currentTarget).get('tenant_name')).trim();
    leaveTo(loginUrl({ tenantName, returnUrl }));
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
        The organisation you belong to. Leave it empty if you do not know its name.
      </p>
      <button type="submit" className="button">
        Sign in
      </button>
    </form>
  );
}
