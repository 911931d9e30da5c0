import type { ReactNode } from 'react';
import { useFocusReturn } from '../../lib/use-focus-return.ts';

/** A message at the lower edge of the window. It is read out in a moment of silence, and never takes the focus. */
export function Banner({ children }: { children: ReactNode }) {
  useFocusReturn();
  return <div className="banner">{children}</div>;
}
