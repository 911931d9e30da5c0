import { useEffect, useState } from 'react';
import type { SessionFacts } from '../../../lib/api/types.ts';
import './approach-table.css';

/** The two kinds of session storage. */
type Approach = 'Client-side' | 'Server-side';

const approaches: Approach[] = ['Client-side', 'Server-side'];

const comparisons = [
  ['Stored in', 'this browser’s cookies, encrypted', 'SQLite or Redis, encrypted'],
  ['Sent with each request', 'the id and the whole session', 'the id'],
  ['Size', '12 kB by default, in cookies of 4,096 bytes', 'limited by the store'],
  ['Reading', 'decrypted by the server, no I/O', 'from memory, or else from the store'],
  ['Sign-out at once', 'by a revocation list', 'by a revocation list, and deletion'],
  ['List of your sessions', 'this session only', 'all sessions'],
  ['Depends on', 'keys and a revocation list', 'an available store'],
];

type Props = { inUse: Approach } & Pick<SessionFacts, 'cookies'>;

/** Comparison of both kinds; the one in use is marked, with the size of this session. */
export function ApproachTable({ inUse, cookies }: Props) {
  const bytes = cookies.reduce((sum, cookie) => sum + cookie.bytes, 0);
  const measured = `${bytes.toLocaleString('en')} bytes in ${cookies.length === 1 ? 'one cookie' : `${cookies.length} cookies`}`;
  const last = useOtherApproach(inUse, measured);
  return (
    <table className={`approaches uses-${inUse}`}>
      <thead>
        <tr>
          <td />
          {approaches.map((approach) => (
            <th key={approach} scope="col">
              {approach} {approach === inUse && <span className="tag">in use</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {comparisons.map(([aspect, clientSide, serverSide]) => (
          <tr key={aspect}>
            <th scope="row">{aspect}</th>
            <td>{clientSide}</td>
            <td>{serverSide}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Measured now</th>
          {approaches.map((approach) => (
            <td key={approach}>
              {approach === inUse ? (
                measured
              ) : (
                <span className="hint">{last ? `last time ${last}` : 'not in use'}</span>
              )}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

const storageKey = (approach: Approach) => `measured ${approach}`;

/** Returns the size that this browser measured with the other kind of storage, and stores the current one. */
function useOtherApproach(inUse: Approach, measured: string): string | null {
  const [last] = useState(() => {
    const other = approaches.find((approach) => approach !== inUse);
    return other ? localStorage.getItem(storageKey(other)) : null;
  });
  useEffect(() => localStorage.setItem(storageKey(inUse), measured), [inUse, measured]);
  return last;
}
