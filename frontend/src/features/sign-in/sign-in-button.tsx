import type { MouseEvent, ReactNode } from 'react';
import { useAuth } from '../auth/auth-context.tsx';
import { type LoginOptions, loginUrl } from '../auth/login-url.ts';
import { NavigationError } from './navigation-error.tsx';
import { useCurrentPage } from './use-current-page.ts';
import { useLeave } from './use-leave.ts';

type Props = LoginOptions & {
  className?: string;
  /** Called before the browser leaves. */
  onLeave?: () => void;
  children?: ReactNode;
};

/** Link to sign-in, which by default returns to the current page. */
export function SignInButton({ className = 'button', onLeave, children = 'Sign in', ...options }: Props) {
  const { outage } = useAuth();
  const { leave, failure } = useLeave('Sign-in did not start.');
  const url = loginUrl({ returnUrl: useCurrentPage(), ...options });

  function prepare(event: MouseEvent) {
    onLeave?.();
    if (!outage) return;
    event.preventDefault();
    void leave(url);
  }

  return (
    <>
      <a className={className} href={url} onClick={prepare}>
        {children}
      </a>
      <NavigationError>{failure}</NavigationError>
    </>
  );
}
