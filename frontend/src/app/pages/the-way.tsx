import { storeNames } from '../../features/session-inspector/store-names.ts';
import type { SessionStoreKind } from '../../lib/api/types.ts';
import './the-way.css';

/** Who talks to whom, and with what. */
export function TheWay({ store }: { store: SessionStoreKind | undefined }) {
  return (
    <figure className="way">
      <ol>
        <Station name="This browser" holds="one or more HttpOnly cookies" />
        <Station name="The backend" holds="the session, and the tokens in it" between="cookies" />
        <Station name="The identity provider" holds="your password" between="code and tokens" />
      </ol>
      <figcaption className="hint">
        The session is kept in: <strong>{(store && storeNames[store]) ?? store ?? '…'}</strong>
      </figcaption>
    </figure>
  );
}

type StationProps = { name: string; holds: string; between?: string };

function Station({ name, holds, between }: StationProps) {
  return (
    <li>
      {between && (
        <span className="way-between hint">
          <span aria-hidden="true">⇄ </span>
          {between}
        </span>
      )}
      <strong>{name}</strong>
      <span className="hint">{holds}</span>
    </li>
  );
}
