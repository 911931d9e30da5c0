import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { backend } from './backend.ts';

// An unexpected request is a mistake in the application or in the test.
beforeAll(() => backend.listen({ onUnhandledFrame: 'error' }));
afterAll(() => backend.close());

// jsdom does not implement showModal().
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};

// jsdom does not implement matchMedia().
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
  // An error on the console fails the test, unless the test has called `expectCrash`.
  expect(consoleError.mock.calls).toEqual([]);
});

/** Accepts the error that React writes to the console if a component throws. */
export function expectCrash(): void {
  expect(consoleError).toHaveBeenCalled();
  consoleError.mockClear();
}
