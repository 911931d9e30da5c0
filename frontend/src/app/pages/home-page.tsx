import { Page } from '../../components/page.tsx';
import { SourceLink } from '../../components/source-link.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { storeNames } from '../../features/demo/store-names.ts';
import { useAppConfig } from '../../lib/app-config.ts';
import { SignInCard } from './sign-in-card.tsx';
import './home-page.css';

export function HomePage() {
  const config = useAppConfig();
  // Shown after the sign-in card has loaded, which would push it down on a narrow screen.
  const isLoaded = useAuth().state.status !== 'loading' && config;
  return (
    <Page title="Home" heading="User sessions with Actix Web and React">
      <div className="home">
        <p className="lead">
          A reference application to copy from. Its sessions may be larger than 4 KB in cookies, renew their tokens once
          for all requests that wait, and can be ended everywhere at once.
        </p>
        <SignInCard />
        {isLoaded && (
          <div className="about">
            {config.sessionStore && (
              <p>
                Sessions are stored in: <strong>{storeNames[config.sessionStore]}</strong>.
              </p>
            )}
            <section aria-labelledby="read-on" className="stack">
              <h2 id="read-on">Read on</h2>
              <ul className="read-on">
                <li>
                  <SourceLink path="docs/architecture.md">How it works, step by step</SourceLink>
                </li>
                <li>
                  <SourceLink path="docs/patterns/README.md">Thirteen patterns to copy</SourceLink>
                </li>
                <li>
                  <SourceLink path="backend/src/app.rs">The source code, starting with its routes</SourceLink>
                </li>
              </ul>
            </section>
          </div>
        )}
      </div>
    </Page>
  );
}
