import { storeNames } from '../../features/session-inspector/store-names.ts';
import type { SessionStoreKind } from '../../lib/api/types.ts';
import './the-way.css';

/** Who talks to whom, and with what. */
export function TheWay({ store }: { store: SessionStoreKind | undefined }) {
  return (
    <ol className="way">
      <Station name="This browser" holds="one or more HttpOnly cookies" />
      <Station name="The backend" holds="the keys to the session" between="cookies" />
      <Station name="The session store" holds={(store && storeNames[store]) ?? '…'} between="session" />
      <Station name="The identity provider" holds="your password" between="code, tokens" />
    </ol>
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
