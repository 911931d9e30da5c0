import { Link, useSearchParams } from 'react-router';
import { Page } from '../../components/page.tsx';
import { SourceLink } from '../../components/source-link.tsx';
import { SignInButton } from '../../features/sign-in/sign-in-button.tsx';
import { SignInForm } from '../../features/sign-in/sign-in-form.tsx';
import { pages } from '../../lib/paths.ts';
import { explainLoginError } from './login-error-reasons.ts';

/** Target of the backend's redirect after a failed sign-in: what happened, and what to do next. */
export function LoginErrorPage() {
  const [query] = useSearchParams();
  const { reason, title, what, next } = explainLoginError(query.get('reason'));
  const tenantName = query.get('tenant_name') ?? undefined;
  const returnUrl = query.get('return_url') ?? undefined;
  const maxAge = wholeNumber(query.get('max_age'));
  return (
    <Page title={title}>
      <p className="lead">{what}</p>
      <p>{next}</p>
      {reason === 'invalid_tenant' && (
        <SignInForm defaultTenantName={tenantName} returnUrl={returnUrl} submitLabel="Try again" />
      )}
      <p className="actions">
        {reason !== 'invalid_tenant' && (
          <SignInButton
            tenantName={tenantName}
            returnUrl={returnUrl}
            maxAge={maxAge}
            acrValues={query.get('acr_values') ?? undefined}
            prompt={maxAge === 0 ? 'login' : undefined}
          >
            Try again
          </SignInButton>
        )}
        <Link to={pages.home} className="button button-quiet">
          Back to home
        </Link>
      </p>
      <p className="hint">
        <SourceLink path={`docs/troubleshooting.md#${reason}`}>For operators of this application</SourceLink>
      </p>
    </Page>
  );
}

function wholeNumber(text: string | null): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}
