import type { SessionEvent } from '../../../lib/api/types.ts';
import type { NewEntry } from './log.ts';

/** Log entry of an event that the server has pushed: also other tabs, devices and nodes cause events. */
export function entryOfEvent(event: SessionEvent): NewEntry {
  return { at: Date.now(), ...describe(event) };
}

function describe(event: SessionEvent): Pick<NewEntry, 'title' | 'facts' | 'renewedBy'> {
  switch (event.type) {
    case 'renewed':
    case 'used':
      return {
        title: event.type === 'used' ? 'Session used' : 'Tokens renewed',
        renewedBy: event.type === 'renewed' ? event.request : undefined,
        facts: [
          ['Request', event.request],
          ['Node', event.node],
        ],
      };
    case 'dataChanged':
      return { title: 'Preferences changed', facts: [] };
    case 'otherBegan':
      return { title: 'You signed in on another device', facts: [['Handle', event.handle]] };
    case 'otherEnded':
      return { title: 'One of your other sessions ended', facts: [['Handle', event.handle]] };
    case 'ended':
      return { title: 'Session ended', facts: [['Reason', event.reason]] };
  }
}
