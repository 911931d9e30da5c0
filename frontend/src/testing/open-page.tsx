import { act, render, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import { App } from '../app/app.tsx';
import type { LeaveTo } from '../features/auth/auth-context.tsx';
import { createAuthStore } from '../features/auth/auth-store.ts';
import { loadSession } from '../features/auth/load-session.ts';
import { noteReturn } from '../features/sign-in/pending-sign-out.ts';
import { loadAppConfig } from '../lib/app-config.ts';
// Loaded in advance, because a stopped clock does not wait for files.
import '../app/pages/login-error-page.tsx';
import '../app/signed-in/index.ts';

/**
 * Opens the whole application at `address`, as main.tsx does; a second call opens another tab of the same browser.
 * `leaveTo` records navigations, `tab` queries the content of this tab.
 */
export async function openPage(address: string) {
  const leaveTo = vi.fn<LeaveTo>();
  noteReturn();
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

/** Advances the fake clock by `seconds`, in steps in which React renders. */
export async function pass(seconds: number) {
  for (let left = seconds * 1_000; left > 0; left -= 1_000) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(left, 1_000)));
  }
}

/** Stops the clock, except for what the network layer of the tests itself needs. */
export function stopTheClock() {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
}
