import type { ReactNode } from 'react';
import { forgetDrafts } from '../../lib/drafts.ts';
import { useAuth } from '../auth/auth-context.tsx';
import { logoutUrl } from '../auth/login-url.ts';

type Props = { className?: string; children?: ReactNode };

/** Signs out by navigation. A button and no link: links may be fetched ahead by the browser, which would sign out. */
export function SignOutButton({ className = 'button button-quiet', children = 'Sign out' }: Props) {
  const { leaveTo } = useAuth();
  const signOut = () => {
    forgetDrafts();
    leaveTo(logoutUrl);
  };
  return (
    <button type="button" className={className} onClick={signOut}>
      {children}
    </button>
  );
}
