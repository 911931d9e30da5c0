import { Page } from '../../components/page.tsx';
import { storeNames } from '../../features/session/store-names.ts';
import { useAppConfig } from '../../lib/app-config.ts';
import { Entrance } from './entrance.tsx';
import './home-page.css';

const heading = (
  <>
    <span>Sign in once.</span> <span>Know your session.</span>
  </>
);

export function HomePage() {
  const config = useAppConfig();
  return (
    <Page title="Home" heading={heading}>
      <div className="home">
        <p className="lead">
          A reference application for sessions: an Actix Web backend signs people in with Wristband, keeps their
          session, and tells this page who they are.
        </p>
        <Entrance />
        <ol className="steps">
          <li>
            <h2>You sign in at the identity provider</h2>
            <p>OpenID Connect with PKCE. Passwords never come near this application.</p>
          </li>
          <li>
            <h2>The server keeps the session</h2>
            <p>
              In sealed cookies, SQLite or Redis: one setting.
              {config?.sessionStore && (
                <>
                  {' '}
                  Here and now: <strong>{storeNames[config.sessionStore] ?? config.sessionStore}</strong>.
                </>
              )}
            </p>
          </li>
          <li>
            <h2>This page asks once who you are</h2>
            <p>
              <code>GET /api/session</code> fills the auth context. No token ever reaches the browser.
            </p>
          </li>
        </ol>
      </div>
    </Page>
  );
}
