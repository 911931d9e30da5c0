import { useEffect } from 'react';
import type { Auth } from '../auth/auth-context.tsx';

const reportMs = 30_000;
const activities = ['input', 'keydown', 'pointerdown'];

/** Extends the session while the user types or clicks, even if the page sends no requests. */
export function useActivity(isRunning: boolean, load: Auth['load']) {
  useEffect(() => {
    if (!isRunning) return;
    let used = false;
    const use = () => {
      used = true;
    };
    const report = setInterval(() => {
      if (used) void load({ slide: true, fresh: true });
      used = false;
    }, reportMs);
    for (const activity of activities) document.addEventListener(activity, use);
    return () => {
      clearInterval(report);
      for (const activity of activities) document.removeEventListener(activity, use);
    };
  }, [isRunning, load]);
}
