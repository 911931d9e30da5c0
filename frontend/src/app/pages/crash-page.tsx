import { Page } from '../../components/page.tsx';
import { pages } from '../../lib/paths.ts';

/** Shown if a page throws, for example because a new version was deployed and the files of the old one are gone. */
export function CrashPage() {
  return (
    <main>
      <Page title="Something went wrong" takesFocus>
        <p className="lead">This page stopped working. If you were signed in, you still are.</p>
        <p className="actions">
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
          <a href={pages.home} className="button button-quiet">
            Back to home
          </a>
        </p>
      </Page>
    </main>
  );
}
