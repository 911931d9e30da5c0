import type { ReactNode } from 'react';
import { useSession } from './auth-context.tsx';
import { hasRole } from './roles.ts';

type Props = {
  /** The name of the role at the provider. */
  role: string;
  /** Shown to users without the role. */
  otherwise: ReactNode;
  children: ReactNode;
};

/**
 * Shows its children to users with this role only. It belongs inside `RequireAuth`, and only decides what is shown: the
 * backend guards the data.
 */
export function RequireRole({ role, otherwise, children }: Props) {
  return hasRole(useSession(), role) ? children : otherwise;
}
