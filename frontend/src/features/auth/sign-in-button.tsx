import type { ReactNode } from 'react';
import { type LoginOptions, loginUrl } from '../../lib/paths.ts';
import { useWantedPage } from './use-wanted-page.ts';

type Props = LoginOptions & { className?: string; children?: ReactNode };

/** Leads to sign-in and, unless told otherwise, back to the present page. A link, because it leads somewhere. */
export function SignInButton({ className = 'button', children = 'Sign in', ...options }: Props) {
  const wantedPage = useWantedPage();
  return (
    <a className={className} href={loginUrl({ returnUrl: wantedPage, ...options })}>
      {children}
    </a>
  );
}
