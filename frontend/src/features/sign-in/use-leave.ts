import { useState } from 'react';
import { outageMessage } from '../../lib/api/outage-message.ts';
import { useAuth } from '../auth/auth-context.tsx';

/** Returns a function that navigates to sign-in or sign-out, and a message if the server is unreachable. */
export function useLeave(consequence: string) {
  const { leaveTo, outage } = useAuth();
  const [failed, setFailed] = useState(false);

  async function leave(url: string): Promise<boolean> {
    const left = await leaveTo(url);
    setFailed(!left);
    return left;
  }

  return { leave, failure: failed && outage ? `${outageMessage(outage.problem)} ${consequence}` : undefined };
}
