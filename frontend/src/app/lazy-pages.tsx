import { lazy } from 'react';

const load = () => import('./signed-in/index.ts');

// Pages of signed-in users are a separate chunk, with the query library, which signed-out visitors never load.
export const SignedInArea = lazy(() => load().then(({ SignedInArea }) => ({ default: SignedInArea })));
export const ProfilePage = lazy(() => load().then(({ ProfilePage }) => ({ default: ProfilePage })));
export const SessionPage = lazy(() => load().then(({ SessionPage }) => ({ default: SessionPage })));
export const SessionsPage = lazy(() => load().then(({ SessionsPage }) => ({ default: SessionsPage })));
export const SessionWatch = lazy(() => load().then(({ SessionWatch }) => ({ default: SessionWatch })));

// A separate chunk, because it is rarely shown.
export const LoginErrorPage = lazy(() =>
  import('./pages/login-error-page.tsx').then(({ LoginErrorPage }) => ({ default: LoginErrorPage })),
);

/** Preloads the pages of signed-in users. */
export function preloadSignedInArea(): void {
  void load().catch(() => {}); // The page itself reports a failure.
}
