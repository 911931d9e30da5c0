import type { SessionEvent } from '../../lib/api/types.ts';
import { onSessionEvent } from '../../lib/session-events.ts';
import type { LogEntry, LogSource } from './log.ts';

/** What the server tells of this session by itself: also what other tabs, devices and nodes have done. */
export const events: LogSource = (add) => {
  let count = 0;
  return onSessionEvent((event) => {
    count += 1;
    add({ key: `event ${performance.timeOrigin} ${count}`, at: Date.now(), ...wordsOf(event) });
  });
};

function wordsOf(event: SessionEvent): Pick<LogEntry, 'title' | 'facts'> {
  switch (event.type) {
    case 'renewed':
      return { title: 'Tokens renewed', facts: by(event) };
    case 'used':
      return { title: 'Session used', facts: by(event) };
    case 'otherBegan':
      return { title: 'You signed in somewhere else', facts: [['Handle', event.handle]] };
    case 'otherEnded':
      return { title: 'Another session of yours ended', facts: [['Handle', event.handle]] };
    case 'ended':
      return { title: 'Session ended', facts: [['Reason', event.reason]] };
  }
}

function by({ request, node }: { request: string; node: string }): LogEntry['facts'] {
  return [
    ['By', request],
    ['On node', node],
  ];
}
