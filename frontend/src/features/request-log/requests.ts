import { formatShort } from '../../lib/time.ts';
import type { LogEntry, LogSource } from './log.ts';

/**
 * The requests of this page to the backend's API, as the browser measured them and the server tells of them in
 * `Server-Timing`: whatever sent them, also before the log was opened.
 */
export const requests: LogSource = (add) => {
  const observer = new PerformanceObserver((list) => {
    for (const request of list.getEntries() as PerformanceResourceTiming[]) {
      const url = new URL(request.name, location.href);
      if (url.origin === location.origin && url.pathname.startsWith('/api/') && url.pathname !== '/api/session/events')
        add(entryOf(request, url));
    }
  });
  observer.observe({ type: 'resource', buffered: true });
  return () => observer.disconnect();
};

function entryOf(request: PerformanceResourceTiming, url: URL): LogEntry {
  return {
    key: `${request.name} ${request.startTime}`,
    at: performance.timeOrigin + request.startTime,
    title: url.pathname + url.search,
    status: request.responseStatus,
    facts: [...serverFacts(request), ['There and back', formatShort(request.duration)], ...sizeOf(request)],
  };
}

const names: Record<string, string> = {
  node: 'Node',
  generation: 'Generation',
  renewed: 'Tokens renewed by',
  cookies: 'Cookies set',
};

function serverFacts({ serverTiming = [] }: PerformanceResourceTiming): LogEntry['facts'] {
  return serverTiming.map(({ name, duration, description }) => {
    const time = duration > 0 || !description ? formatShort(duration) : '';
    if (name === 'session') return ['Session read', `${time} from ${description}`];
    if (name === 'total') return ['In the server', time];
    return [names[name] ?? name, [description, time].filter(Boolean).join(', ')];
  });
}

function sizeOf({ transferSize }: PerformanceResourceTiming): LogEntry['facts'] {
  return transferSize > 0 ? [['Transferred', `${transferSize.toLocaleString('en')} bytes`]] : [];
}
