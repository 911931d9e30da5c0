import { formatShort } from '../../../lib/time.ts';
import type { LogEntry, NewEntry } from './log.ts';

/**
 * Calls `add` for each API request of this page, earlier ones included, with the browser's measurements and the
 * `Server-Timing` of the response. Returns a function that stops it.
 */
export function observeRequests(add: (entry: NewEntry) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const request of list.getEntries() as PerformanceResourceTiming[]) {
      const url = new URL(request.name, location.href);
      if (url.origin === location.origin && url.pathname.startsWith('/api/') && url.pathname !== '/api/session/events')
        add(entryOf(request, url));
    }
  });
  observer.observe({ type: 'resource', buffered: true });
  return () => observer.disconnect();
}

function entryOf(request: PerformanceResourceTiming, url: URL): NewEntry {
  return {
    at: performance.timeOrigin + request.startTime,
    title: url.pathname + url.search,
    status: request.responseStatus,
    roundTrip: request.duration,
    renewedBy: request.serverTiming?.find(({ name }) => name === 'renewed')?.description,
    facts: [...serverFacts(request), ['Round trip', formatShort(request.duration)], ...sizeOf(request)],
  };
}

const names: Record<string, string> = {
  node: 'Node',
  generation: 'Version',
  renewed: 'Tokens renewed by',
  cookies: 'Cookies set',
};

function serverFacts({ serverTiming = [] }: PerformanceResourceTiming): LogEntry['facts'] {
  return serverTiming.map(({ name, duration, description }) => {
    const time = duration > 0 || !description ? formatShort(duration) : '';
    if (name === 'session') return ['Session read', `${time} from ${description}`];
    if (name === 'total') return ['Server time', time];
    return [names[name] ?? name, [description, time].filter(Boolean).join(', ')];
  });
}

function sizeOf({ transferSize }: PerformanceResourceTiming): LogEntry['facts'] {
  return transferSize > 0 ? [['Transferred', `${transferSize.toLocaleString('en')} bytes`]] : [];
}
