import type { ReactNode } from 'react';
import { type LoginOptions, loginUrl } from '../auth/login-url.ts';
import { useCurrentPage } from './use-current-page.ts';

type Props = LoginOptions & { className?: string; children?: ReactNode };

/** Leads to sign-in and, unless told otherwise, back to the present page. A link, because it leads somewhere. */
export function SignInButton({ className = 'button', children = 'Sign in', ...options }: Props) {
  const currentPage = useCurrentPage();
  return (
    <a className={className} href={loginUrl({ returnUrl: currentPage, ...options })}>
      {children}
    </a>
  );
}
