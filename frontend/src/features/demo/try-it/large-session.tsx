import { useSearchParams } from 'react-router';
import type { SessionStoreKind } from '../../../lib/api/types.ts';
import { NavigationError } from '../../sign-in/navigation-error.tsx';
import { useLeave } from '../../sign-in/use-leave.ts';
import { Experiment } from './experiment.tsx';

/** The local provider's controls under `npm start`. They lead back to this page, with the same query. */
const controls = 'http://localhost:6100/__test/config';
/** Bytes that the provider adds to each access token. */
const parameter = 'accessTokenPadding';

const meanings: Record<SessionStoreKind, string> = {
  cookie: 'Browsers drop a cookie of more than 4,096 bytes, so a larger session is split into several.',
  sqlite: 'The size of a session on the server has no effect on the cookie.',
  redis: 'The size of a session on the server has no effect on the cookie.',
};

/** Makes the local provider issue longer tokens, and short ones again. */
export function LargeSession({ store }: { store: SessionStoreKind }) {
  const [query] = useSearchParams();
  const { leave, failure } = useLeave('The tokens stay as they are.');
  const padding = query.get(parameter);
  const isLong = padding !== null && padding !== '0';
  return (
    <Experiment title="A session larger than 4 KB">
      <p>{meanings[store]} Let the local provider issue longer tokens, and watch “Session cookies” below.</p>
      <button
        type="button"
        className="button button-quiet"
        onClick={() => leave(`${controls}?${parameter}=${isLong ? 0 : 4_000}`)}
      >
        {isLong ? 'Back to short tokens' : 'Issue longer tokens'}
      </button>
      <NavigationError>{failure}</NavigationError>
      <p role="status" className="hint result">
        {padding !== null &&
          `The provider issues ${isLong ? 'longer' : 'short'} tokens now: you get the first one at the next renewal.`}
      </p>
    </Experiment>
  );
}
