import './approach-table.css';

/** The two ways to keep a session. */
export type Approach = 'Client-side' | 'Server-side';

const approaches: Approach[] = ['Client-side', 'Server-side'];

const comparisons = [
  ['Kept in', 'this browser’s cookies, encrypted', 'SQLite or Redis, encrypted'],
  ['Sent with each request', 'the id and the whole session', 'the id'],
  ['Size', '12 kB in cookies of 4,096 bytes', 'whatever the store takes'],
  ['Reading it', 'decrypt; nobody is asked', 'from memory, else ask the store'],
  ['Ending it at once', 'by a list of ended sessions', 'by deleting it'],
  ['List of your sessions', 'this one only', 'all of them'],
  ['Needs', 'keys, and that list', 'a store that is up'],
];

/** Both ways side by side; the one in use is marked. */
export function ApproachTable({ inUse }: { inUse: Approach }) {
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
      </tbody>
    </table>
  );
}
