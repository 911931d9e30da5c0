import { useLocation } from 'react-router';

/** Returns path, query and fragment of the current page, to return to after sign-in. */
export function useCurrentPage(): string {
  const { pathname, search, hash } = useLocation();
  return pathname + search + hash;
}
