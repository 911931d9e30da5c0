import { useEffect, useState } from 'react';
import type { SessionFacts } from '../../lib/api/types.ts';
import './approach-table.css';

/** The two ways to keep a session. */
type Approach = 'Client-side' | 'Server-side';

const approaches: Approach[] = ['Client-side', 'Server-side'];

const comparisons = [
  ['Kept in', 'this browser’s cookies, encrypted', 'SQLite or Redis, encrypted'],
  ['Sent with each request', 'the id and the whole session', 'the id'],
  ['Size', '12 kB in cookies of 4,096 bytes', 'whatever the store takes'],
  ['Reading it', 'decrypt; nobody is asked', 'from memory, else ask the store'],
  ['Ending it at once', 'by a list of revoked sessions', 'by deleting it'],
  ['List of your sessions', 'this one only', 'all of them'],
  ['Needs', 'keys, and that list', 'a store that is up'],
];

type Props = { inUse: Approach } & Pick<SessionFacts, 'cookies'>;

/** Both ways side by side; the one in use is marked, with the numbers of this session. */
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

const memoryOf = (approach: Approach) => `measured ${approach}`;

/** What this browser measured when it last used the other approach; remembers what it measures now. */
function useOtherApproach(inUse: Approach, measured: string): string | null {
  const [last] = useState(() => {
    const other = approaches.find((approach) => approach !== inUse);
    return other ? localStorage.getItem(memoryOf(other)) : null;
  });
  useEffect(() => localStorage.setItem(memoryOf(inUse), measured), [inUse, measured]);
  return last;
}
