import { useEffect, useState } from 'react';
import { Fact, Facts } from '../../components/facts.tsx';

const path = '/api/session';

/** What asking for the session has cost, as the server tells it (`Server-Timing`) and as the browser measured it. */
export function LastRequest() {
  const request = useLastRequest();
  // Not there where the page is neither https nor on this machine.
  const timings = request?.serverTiming ?? [];
  const reading = timings.find(({ name }) => name === 'session');
  const total = timings.find(({ name }) => name === 'total');
  return (
    <>
      <p>
        The last <code>GET {path}</code>, as the server and this browser measured it.
      </p>
      <Facts>
        <Fact name="Reading the session">
          {reading && `${milliseconds(reading.duration)}, from ${reading.description}`}
        </Fact>
        <Fact name="In the server">{total && milliseconds(total.duration)}</Fact>
        <Fact name="There and back">{request && milliseconds(request.duration)}</Fact>
        <Fact name="Transferred">{request && `${request.transferSize.toLocaleString('en')} bytes`}</Fact>
      </Facts>
    </>
  );
}

function useLastRequest(): PerformanceResourceTiming | undefined {
  const [last, setLast] = useState<PerformanceResourceTiming>();
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const requests = list.getEntries() as PerformanceResourceTiming[];
      const found = requests.findLast(({ name }) => new URL(name, location.href).pathname === path);
      if (found) setLast(found);
    });
    observer.observe({ type: 'resource', buffered: true });
    return () => observer.disconnect();
  }, []);
  return last;
}

function milliseconds(duration: number): string {
  return `${duration.toLocaleString('en', { maximumFractionDigits: 2 })} ms`;
}
