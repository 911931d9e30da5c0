import { Link, useSearchParams } from 'react-router';
import { Page } from '../../components/page.tsx';
import { SourceLink } from '../../components/source-link.tsx';
import { SignInButton } from '../../features/sign-in/sign-in-button.tsx';
import { pages } from '../../lib/paths.ts';
import { explainLoginError } from './login-error-reasons.ts';

/** Where the backend sends a sign-in that did not finish: what happened, and what to do next. */
export function LoginErrorPage() {
  const [query] = useSearchParams();
  const { reason, title, what, next } = explainLoginError(query.get('reason'));
  return (
    <Page title={title}>
      <p className="lead">{what}</p>
      <p>{next}</p>
      <p className="actions">
        <SignInButton
          tenantName={query.get('tenant_name') ?? undefined}
          returnUrl={query.get('return_url') ?? undefined}
        >
          Try again
        </SignInButton>
        <Link to={pages.home} className="button button-quiet">
          Back to home
        </Link>
      </p>
      <p className="hint">
        <SourceLink path={`docs/troubleshooting.md#${reason}`}>For the people who run this application</SourceLink>
      </p>
    </Page>
  );
}
