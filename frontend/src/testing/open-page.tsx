import { act, render } from '@testing-library/react';
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

/** Opens the whole application at `address`, as main.tsx does. `leaveTo` records where the browser is sent. */
export async function openPage(address: string) {
  const leaveTo = vi.fn<LeaveTo>();
  const authStore = createAuthStore(loadSession);
  authStore.load();
  const page = (
    <StrictMode>
      <MemoryRouter initialEntries={[address]}>
        <App authStore={authStore} config={loadAppConfig()} leaveTo={leaveTo} />
      </MemoryRouter>
    </StrictMode>
  );
  await act(async () => render(page));
  return { leaveTo, authStore };
}

/** Lets `seconds` pass on the fake clock, and what they set off happen. */
export async function pass(seconds: number) {
  await act(() => vi.advanceTimersByTimeAsync(seconds * 1_000));
}

/** Stops the clock, except for what the network layer of the tests itself needs. */
export function stopTheClock() {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
}
