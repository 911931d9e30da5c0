import type { SessionEvent } from '../../../lib/api/types.ts';
import type { LogEntry } from './log.ts';

/** Log entry of an event that the server has pushed: also other tabs, devices and nodes cause events. */
export function entryOfEvent(event: SessionEvent, number: number): LogEntry {
  return { key: `event ${number}`, at: Date.now(), ...describe(event) };
}

function describe(event: SessionEvent): Pick<LogEntry, 'title' | 'facts'> {
  switch (event.type) {
    case 'renewed':
    case 'used':
      return {
        title: event.type === 'used' ? 'Session used' : 'Tokens refreshed',
        facts: [
          ['Request', event.request],
          ['Node', event.node],
        ],
      };
    case 'otherBegan':
      return { title: 'You signed in in another place', facts: [['Handle', event.handle]] };
    case 'otherEnded':
      return { title: 'One of your other sessions ended', facts: [['Handle', event.handle]] };
    case 'ended':
      return { title: 'Session ended', facts: [['Reason', event.reason]] };
  }
}
