import { Link } from 'react-router';
import { Page } from '../../components/page.tsx';
import { pages } from '../../lib/paths.ts';

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <p className="lead">There is nothing at this address. The link may be old, or mistyped.</p>
      <p className="actions">
        <Link to={pages.home} className="button">
          Back to home
        </Link>
      </p>
    </Page>
  );
}
