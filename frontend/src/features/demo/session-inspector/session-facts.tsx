import { Fact, Facts } from '../../../components/facts.tsx';
import { Moment } from '../../../components/moment.tsx';
import type { SessionFacts as SessionFactsResponse } from '../../../lib/api/types.ts';
import type { BoundCookie } from '../bound-cookies.ts';
import { meanings } from '../meanings.ts';
import { storeNames } from '../store-names.ts';

/** Facts of the current session. */
export function SessionFacts({ facts, boundCookies }: { facts: SessionFactsResponse; boundCookies: BoundCookie[] }) {
  const boundAt = facts.deviceBoundAt ?? timeOf(boundCookies[0]?.from);
  const cookieEnd = timeOf(boundCookies.at(-1)?.until);
  return (
    <Facts>
      <Fact name="Stored in">{storeNames[facts.store] ?? facts.store}</Fact>
      <Fact name="Handle">
        <code>{facts.handle}</code>
        <span className="hint">{meanings.Handle}</span>
      </Fact>
      <Fact name="Bound to this device">
        {boundAt ? <Moment time={boundAt} /> : 'no'}
        {!boundAt && <span className="hint">needs https, and Chrome on Windows or macOS</span>}
      </Fact>
      {cookieEnd && (
        <Fact name="Bound cookie ends">
          <Moment time={cookieEnd} />
          <span className="hint">the browser renews it with the key of this device</span>
        </Fact>
      )}
      <Fact name="Signed in">
        <Moment time={facts.createdAt} />
      </Fact>
      <Fact name="Authenticated">
        {facts.authenticatedAt ? <Moment time={facts.authenticatedAt} /> : 'the provider does not say when'}
        {facts.amr.length > 0 && <span className="hint">with {facts.amr.join(', ')}</span>}
        {facts.acr && <span className="hint">class {facts.acr}</span>}
      </Fact>
      <Fact name="Last seen">
        <Moment time={facts.lastSeenAt} />
      </Fact>
      <Fact name="Idle timeout">
        <Moment time={facts.idleExpiresAt} />
      </Fact>
      <Fact name="Absolute timeout">
        <Moment time={facts.expiresAt} />
      </Fact>
      <Fact name="Access token expires">
        <Moment time={facts.accessTokenExpiresAt} />
      </Fact>
      <Fact name="Token renewed">
        {facts.tokenRefreshedAt ? <Moment time={facts.tokenRefreshedAt} /> : 'not since you signed in'}
        {facts.tokenRefreshedBy && <span className="hint">by {facts.tokenRefreshedBy}</span>}
      </Fact>
    </Facts>
  );
}

function timeOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
