import { lazy } from 'react';

const load = () => import('./signed-in/index.ts');

// What only signed-in users see comes as a file of its own, with the query library: strangers never load it.
export const SignedInArea = lazy(() => load().then(({ SignedInArea }) => ({ default: SignedInArea })));
export const ProfilePage = lazy(() => load().then(({ ProfilePage }) => ({ default: ProfilePage })));
export const SessionPage = lazy(() => load().then(({ SessionPage }) => ({ default: SessionPage })));
export const SessionsPage = lazy(() => load().then(({ SessionsPage }) => ({ default: SessionsPage })));
export const SessionWatch = lazy(() => load().then(({ SessionWatch }) => ({ default: SessionWatch })));

/** Fetches that file ahead, as soon as it is known that somebody is signed in. */
export function preloadSignedInArea(): void {
  void load().catch(() => {}); // A failure shows when the page is opened.
}
