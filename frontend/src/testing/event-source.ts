import { vi } from 'vitest';

/** An `EventSource` in the hands of the test. */
export class Stream {
  static CLOSED = 2;
  static open: Stream[] = [];
  readyState = 1;
  onopen = () => {};
  onerror = () => {};
  onmessage: (message: { data: string }) => void = () => {};
  readonly address: string;
  constructor(address: string) {
    this.address = address;
    Stream.open.push(this);
  }
  close() {
    Stream.open = Stream.open.filter((one) => one !== this);
  }
}

/** Replaces the browser's `EventSource` for a test. Returns the function that puts it back. */
export function stubEventSource(): () => void {
  Stream.open = [];
  vi.stubGlobal('EventSource', Stream);
  return () => vi.unstubAllGlobals();
}
