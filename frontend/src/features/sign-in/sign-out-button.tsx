import type { ReactNode } from 'react';
import { useAuth } from '../auth/auth-context.tsx';
import { sessionOf } from '../auth/auth-state.ts';
import { logoutUrl } from '../auth/login-url.ts';
import { NavigationError } from './navigation-error.tsx';
import { noteSignOut } from './pending-sign-out.ts';
import { useLeave } from './use-leave.ts';

type Props = { className?: string; children?: ReactNode };

/** Signs out by navigation. Not a link, because browsers may prefetch links, which would sign out. */
export function SignOutButton({ className = 'button button-quiet', children = 'Sign out' }: Props) {
  const session = sessionOf(useAuth().state);
  const { leave, failure } = useLeave('You were not signed out.');

  async function signOut() {
    if (await leave(logoutUrl)) noteSignOut(session?.metadata.session.handle ?? '-');
  }

  return (
    <>
      <button type="button" className={className} onClick={signOut}>
        {children}
      </button>
      <NavigationError>{failure}</NavigationError>
    </>
  );
}
