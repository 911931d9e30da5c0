import type { ReactNode } from 'react';
import { useFocusReturn } from '../../lib/use-focus-return.ts';
import './session-watch.css';

/** A message at the lower edge of the window. Screen readers announce it politely; it never takes the focus. */
export function Banner({ children }: { children: ReactNode }) {
  useFocusReturn();
  return <div className="banner">{children}</div>;
}
