import type { ReactNode } from 'react';

/** What a person or the provider wrote, in a language of its own: it runs in its own direction. */
export function UserText({ children }: { children: ReactNode }) {
  return <bdi dir="auto">{children}</bdi>;
}
