import { TimeLeft } from '../../components/time-left.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import { formatMoment } from '../../lib/time.ts';
import { useAuth } from '../auth/auth-context.tsx';
import { type AuthState, isSignedIn, type Outage, sessionOf } from '../auth/auth-state.ts';
import { Banner } from './banner.tsx';

/** Banner during an outage, on every page, with the time of the next retry. */
export function ConnectionBar() {
  const { state, outage, load } = useAuth();
  if (!outage) return null;
  return (
    <Banner>
      <p>
        <strong>{outageMessage(outage.problem)}</strong> {signInStatus(state, outage)} Retrying in{' '}
        <TimeLeft until={outage.retryAt} expiredText="a moment" />
      </p>
      <button type="button" className="button button-quiet" onClick={() => load({ slide: false })}>
        Try now
      </button>
    </Banner>
  );
}

function signInStatus(state: AuthState, outage: Outage): string {
  const facts = state.status === 'authenticated' ? sessionOf(state)?.metadata.session : undefined;
  if (facts && Date.now() > Date.parse(facts.idleExpiresAt)) return 'Your session may have timed out.';
  const since = facts?.unverifiedSince;
  if (isSignedIn(state, outage))
    return `You’re still signed in${since ? `, not verified since ${formatMoment(since)}` : ''}.`;
  return state.status === 'unavailable' ? 'If you were signed in, you still are.' : '';
}
