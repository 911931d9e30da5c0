import { useEffect, useEffectEvent, useState } from 'react';

/**
 * Moves the focus to `target`, or to the previously focused element, when the component unmounts with the focus inside.
 * A focus elsewhere stays.
 */
export function useFocusReturn(target?: () => HTMLElement | null): void {
  const [before] = useState(() => document.activeElement);
  const restoreFocus = useEffectEvent(() => {
    const place = target?.() ?? before;
    if (document.activeElement === document.body && place instanceof HTMLElement) place.focus();
  });
  useEffect(() => () => restoreFocus(), []);
}
