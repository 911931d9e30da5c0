import { useEffect, useEffectEvent, useState } from 'react';

/**
 * When the component goes and takes the focus with it, the focus goes to `target`, or else back to where it was before
 * the component came. Somebody who has moved on meanwhile is not called back.
 */
export function useFocusReturn(target?: () => HTMLElement | null): void {
  const [before] = useState(() => document.activeElement);
  const giveBack = useEffectEvent(() => {
    const place = target?.() ?? before;
    if (document.activeElement === document.body && place instanceof HTMLElement) place.focus();
  });
  useEffect(() => () => giveBack(), []);
}
