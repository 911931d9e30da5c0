import type { SessionStoreKind } from '../../../lib/api/types.ts';
import { storeNames } from '../store-names.ts';
import './data-flow.css';

/** Diagram of browser, backend, session store and identity provider, and of the data that they exchange. */
export function DataFlow({ store }: { store: SessionStoreKind | undefined }) {
  return (
    <ol className="data-flow">
      <Node name="This browser" holds="one or more HttpOnly cookies" />
      <Node name="The backend" holds="the keys to the session" between="cookies" />
      <Node name="The session store" holds={(store && storeNames[store]) ?? '…'} between="session" />
      <Node name="The identity provider" holds="your password" between="code, tokens" />
    </ol>
  );
}

type NodeProps = { name: string; holds: string; between?: string };

function Node({ name, holds, between }: NodeProps) {
  return (
    <li>
      {between && (
        <span className="data-flow-link hint">
          <span aria-hidden="true">⇄ </span>
          {between}
        </span>
      )}
      <strong>{name}</strong>
      <span className="hint">{holds}</span>
    </li>
  );
}
