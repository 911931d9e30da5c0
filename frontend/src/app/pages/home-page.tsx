import { Page } from '../../components/page.tsx';
import { storeNames } from '../../features/session-inspector/store-names.ts';
import { useAppConfig } from '../../lib/app-config.ts';
import { Entrance } from './entrance.tsx';
import './home-page.css';

export function HomePage() {
  const config = useAppConfig();
  return (
    <Page title="Home" heading="Know your session.">
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
              It renews the tokens, and ends the session at once when you sign out.
              {config?.sessionStore && (
                <>
                  {' '}
                  Kept in: <strong>{storeNames[config.sessionStore] ?? config.sessionStore}</strong>.
                </>
              )}
            </p>
          </li>
          <li>
            <h2>This page asks once who you are</h2>
            <p>
              <code>GET /api/session</code> fills the auth context. No script in the page can read a token.
            </p>
          </li>
        </ol>
      </div>
    </Page>
  );
}
