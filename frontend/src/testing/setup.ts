import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { backend } from './backend.ts';

// A request that no test has foreseen is a mistake in the application or in the test.
beforeAll(() => backend.listen({ onUnhandledFrame: 'error' }));
afterAll(() => backend.close());

// jsdom knows the dialog element, but not yet how to open it.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};

// Nor does it know the size of the window.
window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: false }) as MediaQueryList;

const consoleError = vi.fn<(...words: unknown[]) => void>();

beforeEach(() => {
  consoleError.mockClear();
  vi.spyOn(console, 'error').mockImplementation(consoleError);
  vi.spyOn(console, 'warn').mockImplementation(consoleError);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  backend.resetHandlers();
  sessionStorage.clear();
  // Whatever is written to the console as an error fails the test, unless the test has taken it: see `expectCrash`.
  expect(consoleError.mock.calls).toEqual([]);
});

/** For a test that makes a component throw: React reports that on the console. */
export function expectCrash(): void {
  expect(consoleError).toHaveBeenCalled();
  consoleError.mockClear();
}
