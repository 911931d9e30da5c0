import type { SessionEvent } from '../../../lib/api/types.ts';
import { formatMoment } from '../../../lib/time.ts';
import type { BoundCookie } from '../bound-cookies.ts';
import type { LogEntry, NewEntry } from './log.ts';

/** An event with a line of its own. A proof of the device has that of its bound cookie. */
export type LoggedEvent = Exclude<SessionEvent, { type: 'deviceProven' }>;

/** Log entry of an event that the server has pushed: also other tabs, devices and nodes cause events. */
export function entryOfEvent(event: LoggedEvent): NewEntry {
  return { at: Date.now(), ...describe(event) };
}

/** Log entries of the bound cookies, which the page may know without an event. */
export function entriesOf(cookies: BoundCookie[]): LogEntry[] {
  return cookies.map(({ from, until }) => ({
    // Others have positive keys.
    key: -until,
    at: from,
    title: 'Device proven, bound cookie set',
    renewedBy: 'POST /api/session/device/refresh',
    facts: [['Valid until', formatMoment(new Date(until).toISOString())]],
  }));
}

function describe(event: LoggedEvent): Pick<NewEntry, 'title' | 'facts' | 'renewedBy'> {
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
    case 'deviceNotProven':
      return {
        title: 'Request refused: no proof of this device',
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
