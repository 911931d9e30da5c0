import type { ReactNode } from 'react';

/** Text from a user or the provider, isolated because it may run from right to left. */
export function UserText({ children }: { children: ReactNode }) {
  return <bdi dir="auto">{children}</bdi>;
}
