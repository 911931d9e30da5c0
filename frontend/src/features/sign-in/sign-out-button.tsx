import type { ReactNode } from 'react';
import { forgetDrafts } from '../../lib/drafts.ts';
import { useAuth } from '../auth/auth-context.tsx';
import { logoutUrl } from '../auth/login-url.ts';

/** Signs out by navigation. A button and no link: links may be fetched ahead by the browser, which would sign out. */
export function SignOutButton({ children = 'Sign out' }: { children?: ReactNode }) {
  const { leaveTo } = useAuth();
  const signOut = () => {
    forgetDrafts();
    leaveTo(logoutUrl);
  };
  return (
    <button type="button" className="button button-quiet" onClick={signOut}>
      {children}
    </button>
  );
}
