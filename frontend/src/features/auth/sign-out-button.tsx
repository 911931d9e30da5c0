import { logoutUrl } from '../../lib/paths.ts';
import { useAuth } from './auth-context.tsx';

/** Signs out by navigation. A button and no link: links may be fetched ahead by the browser, which would sign out. */
export function SignOutButton() {
  const { leaveTo } = useAuth();
  return (
    <button type="button" className="button button-quiet" onClick={() => leaveTo(logoutUrl)}>
      Sign out
    </button>
  );
}
