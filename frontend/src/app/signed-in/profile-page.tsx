import { Link } from 'react-router';
import { Fact, Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { RoleList } from '../../components/role-list.tsx';
import { UserText } from '../../components/user-text.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { hasRole } from '../../features/auth/roles.ts';
import { NoteField } from '../../features/demo/note/note-field.tsx';
import { PreferencesCard } from '../../features/preferences/preferences-card.tsx';
import { ProfilePanel } from '../../features/profile/profile-panel.tsx';
import { pages } from '../../lib/paths.ts';
import { administrator } from '../../lib/roles.ts';

/** Profile of the user, with a call of a protected resource. */
export function ProfilePage() {
  const { load, outage } = useAuth();
  const current = useSession();
  const { userId, tenantId, metadata } = current;
  const { name, email, session } = metadata;

  return (
    <Page title="Profile" heading={name ? <UserText>{name}</UserText> : 'Your profile'}>
      <div className="columns">
        <section aria-labelledby="user" className="card stack">
          <h2 id="user">Account</h2>
          <Facts>
            <Fact name="Email">{email && <UserText>{email}</UserText>}</Fact>
            <Fact name="Tenant">{metadata.tenantName}</Fact>
            <Fact name="Roles">
              <RoleList roles={metadata.roles} />
            </Fact>
            <Fact name="Identity provider">{metadata.identityProvider}</Fact>
            <Fact name="User id">
              <code>{userId}</code>
            </Fact>
            <Fact name="Tenant id">
              <code>{tenantId}</code>
            </Fact>
          </Facts>
          <Link to={pages.sessions}>
            {session.store === 'cookie' ? 'Sign out on other devices' : 'See where else you are signed in'}
          </Link>
          {hasRole(current, administrator) && <Link to={pages.admin}>Counts for administrators</Link>}
        </section>
        {/* The call may have refreshed the token and has moved the idle timeout, so the session is loaded again. */}
        <ProfilePanel
          userId={userId}
          handle={session.handle}
          isOutage={outage !== null}
          onAnswer={() => load({ slide: false, fresh: true })}
        />
      </div>
      <PreferencesCard handle={session.handle} />
      <section aria-labelledby="note" className="card stack">
        <h2 id="note">Try it: a draft that survives the end of a session</h2>
        <NoteField userId={userId} />
      </section>
    </Page>
  );
}
