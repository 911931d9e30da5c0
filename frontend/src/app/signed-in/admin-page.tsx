import { useCallback } from 'react';
import { Link } from 'react-router';
import { Page } from '../../components/page.tsx';
import { RoleList } from '../../components/role-list.tsx';
import { NodePanel } from '../../features/admin/node-panel.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { RequireRole } from '../../features/auth/require-role.tsx';
import { pages } from '../../lib/paths.ts';
import { administrator } from '../../lib/roles.ts';

/** A page for administrators. */
export function AdminPage() {
  const { load } = useAuth();
  const { session } = useSession().metadata;
  const reload = useCallback(() => void load({ slide: false, fresh: true }), [load]);
  return (
    <RequireRole role={administrator} otherwise={<AdministratorsOnly />}>
      <Page title="Administration">
        <p className="lead">Counts of this node since it started. Only administrators see them.</p>
        <NodePanel handle={session.handle} onForbidden={reload} />
      </Page>
    </RequireRole>
  );
}

function AdministratorsOnly() {
  const { roles } = useSession().metadata;
  return (
    <Page title="Administrators only">
      <p className="lead">You are signed in, but this page is for administrators.</p>
      <p>Your roles:</p>
      <RoleList roles={roles} />
      <p>
        Ask an administrator of your tenant for access. A new role works as soon as your access token is renewed, or
        when you sign in again.
      </p>
      <p className="actions">
        <Link to={pages.session} className="button">
          See your session
        </Link>
      </p>
    </Page>
  );
}
