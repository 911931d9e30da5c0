import { Link } from 'react-router';
import { Fact, Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { RoleList } from '../../components/role-list.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { NoteField } from '../../features/note/note-field.tsx';
import { ProfilePanel } from '../../features/profile/profile-panel.tsx';
import { SessionFacts } from '../../features/session-inspector/session-facts.tsx';
import { SessionInspector } from '../../features/session-inspector/session-inspector.tsx';
import { pages } from '../../lib/paths.ts';

/** Who is signed in, what is known of the session, and what can be tried with it. */
export function ProfilePage() {
  const { load } = useAuth();
  const { userId, tenantId, metadata } = useSession();

  return (
    <Page title="Profile" heading={metadata.name ?? 'Your profile'}>
      <div className="columns">
        <section aria-labelledby="user" className="card stack">
          <h2 id="user">You</h2>
          <Facts>
            <Fact name="Email">{metadata.email}</Fact>
            <Fact name="Tenant">{metadata.tenantName}</Fact>
            <Fact name="Roles">
              <RoleList roles={metadata.roles} />
            </Fact>
            <Fact name="Signed in through">{metadata.identityProvider}</Fact>
            <Fact name="User id">
              <code>{userId}</code>
            </Fact>
            <Fact name="Tenant id">
              <code>{tenantId}</code>
            </Fact>
          </Facts>
        </section>
        <section aria-labelledby="session" className="card stack">
          <h2 id="session">Your session</h2>
          <SessionFacts facts={metadata.session} />
          <Link to={pages.sessions}>See where else you are signed in</Link>
        </section>
      </div>
      {/* The call was activity and may have renewed the token: the facts above are asked for again. */}
      <ProfilePanel
        userId={userId}
        handle={metadata.session.handle}
        onAnswer={() => load({ slide: false, fresh: true })}
      />
      <SessionInspector facts={metadata.session} />
      <section aria-labelledby="note" className="card stack">
        <h2 id="note">Try it: type, and let the session end</h2>
        <NoteField userId={userId} />
      </section>
    </Page>
  );
}
