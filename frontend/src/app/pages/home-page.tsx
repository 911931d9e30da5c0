import { Page } from '../../components/page.tsx';
import { SourceLink } from '../../components/source-link.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { DataFlow } from '../../features/demo/data-flow/data-flow.tsx';
import { useAppConfig } from '../../lib/app-config.ts';
import { SignInCard } from './sign-in-card.tsx';
import '../../components/steps.css';
import './home-page.css';

export function HomePage() {
  const config = useAppConfig();
  // Shown after the sign-in card has loaded, which would push it down on a narrow screen.
  const isLoaded = useAuth().state.status !== 'loading' && config;
  return (
    <Page title="Home" heading="Know your session.">
      <div className="home">
        <p className="lead">
          A reference application for sessions: an Actix Web backend signs people in with Wristband, keeps their
          session, and tells this page who they are.
        </p>
        <SignInCard />
        {isLoaded && (
          <div className="steps-and-data-flow">
            <ol className="steps numbered-steps">
              <li>
                <h2>You sign in at the identity provider</h2>
                <p>OpenID Connect with PKCE. Passwords never come near this application.</p>
              </li>
              <li>
                <h2>The server keeps the session</h2>
                <p>It refreshes the tokens, and ends the session at once when you sign out.</p>
              </li>
              <li>
                <h2>This page asks who you are</h2>
                <p>
                  <code>GET /api/session</code> fills the auth context. No script in the page can read a token.
                </p>
              </li>
            </ol>
            <DataFlow store={config.sessionStore} />
            <p>
              <SourceLink path="docs/architecture.md">Read how it works, and the code</SourceLink>
            </p>
          </div>
        )}
      </div>
    </Page>
  );
}
