import { useEffect, useState } from 'react';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { AuthProvider, type LeaveTo } from '../features/auth/auth-context.tsx';
import type { AuthStore } from '../features/auth/auth-store.ts';
import { forgetEndedTheme } from '../features/preferences/theme.ts';
import { hasSignedOutEverywhere, settleSignOut } from '../features/sign-in/pending-sign-out.ts';
import type { AppConfig, SessionResponse } from '../lib/api/types.ts';
import { AppConfigContext } from '../lib/app-config.ts';
import { CrashPage } from './pages/crash-page.tsx';
import { AppRoutes } from './routes.tsx';

declare module '../features/auth/session.ts' {
  interface Register {
    session: SessionResponse;
  }
}

type Props = {
  authStore: AuthStore;
  config: Promise<Partial<AppConfig>>;
  /** Navigates to sign-in and sign-out; replaced in tests. */
  leaveTo?: LeaveTo;
};

/** The application without the router, which tests start at a page of their choice. */
export function App({ authStore, config, leaveTo }: Props) {
  // Read before the note of it is deleted below, which may be before the page of the sign-out is loaded.
  const [isEverywhere] = useState(hasSignedOutEverywhere);
  useEffect(() => {
    const settle = () => {
      const state = authStore.getState();
      settleSignOut(state);
      forgetEndedTheme(state);
    };
    settle();
    return authStore.subscribe(settle);
  }, [authStore]);
  return (
    <ErrorBoundary fallback={<CrashPage />}>
      <AppConfigContext value={useSettled(config)}>
        <AuthProvider store={authStore} {...(leaveTo && { leaveTo })}>
          <AppRoutes isEverywhere={isEverywhere} />
        </AuthProvider>
      </AppConfigContext>
    </ErrorBoundary>
  );
}

function useSettled<T>(promise: Promise<T>): T | undefined {
  const [value, setValue] = useState<T>();
  useEffect(() => {
    void promise.then(setValue);
  }, [promise]);
  return value;
}
