import { useLocation } from 'react-router';

/** Path, query and fragment of the page the user is on, to come back to after sign-in. */
export function useCurrentPage(): string {
  const { pathname, search, hash } = useLocation();
  return pathname + search + hash;
}
