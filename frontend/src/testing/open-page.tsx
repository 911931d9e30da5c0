import { act, render, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import { App } from '../app/app.tsx';
import type { LeaveTo } from '../features/auth/auth-context.tsx';
import { createAuthStore } from '../features/auth/auth-store.ts';
import { loadSession } from '../features/auth/load-session.ts';
import { loadAppConfig } from '../lib/app-config.ts';
// Loaded beforehand, because a stopped clock does not wait for files.
import '../app/signed-in/index.ts';

/**
 * Opens the whole application at `address`, as main.tsx does; again, for a second tab of the same browser. `leaveTo`
 * records where the browser is sent, `tab` finds what this tab shows.
 */
export async function openPage(address: string) {
  const leaveTo = vi.fn<LeaveTo>();
  const authStore = createAuthStore(loadSession);
  void authStore.load();
  const page = (
    <StrictMode>
      <MemoryRouter initialEntries={[address]}>
        <App authStore={authStore} config={loadAppConfig()} leaveTo={leaveTo} />
      </MemoryRouter>
    </StrictMode>
  );
  const { container } = await act(async () => render(page));
  return { leaveTo, authStore, tab: within(container) };
}

/** Lets `seconds` pass on the fake clock, and what they set off happen: React draws at least once a second. */
export async function pass(seconds: number) {
  for (let left = seconds * 1_000; left > 0; left -= 1_000) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(left, 1_000)));
  }
}

/** Stops the clock, except for what the network layer of the tests itself needs. */
export function stopTheClock() {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
}
