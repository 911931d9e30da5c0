import { useEffect } from 'react';
import type { Auth } from '../auth/auth-context.tsx';

const tellMs = 30_000;
const activities = ['input', 'keydown', 'pointerdown'];

/** Tells the server that the page is used, though it asks for nothing: whoever writes a long text is not idle. */
export function useActivity(isRunning: boolean, load: Auth['load']) {
  useEffect(() => {
    if (!isRunning) return;
    let used = false;
    const use = () => {
      used = true;
    };
    const tell = setInterval(() => {
      if (used) void load({ slide: true, fresh: true });
      used = false;
    }, tellMs);
    for (const activity of activities) document.addEventListener(activity, use);
    return () => {
      clearInterval(tell);
      for (const activity of activities) document.removeEventListener(activity, use);
    };
  }, [isRunning, load]);
}
