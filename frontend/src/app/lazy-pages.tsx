import { lazy } from 'react';

const load = () => import('./signed-in/index.ts');

type Area = Awaited<ReturnType<typeof load>>;
const lazyPart = <Name extends keyof Area>(name: Name) => lazy(async () => ({ default: (await load())[name] }));

// Pages of signed-in users are a separate chunk, with the query library, which signed-out visitors never load.
export const SignedInArea = lazyPart('SignedInArea');
export const AdminPage = lazyPart('AdminPage');
export const ProfilePage = lazyPart('ProfilePage');
export const SessionPage = lazyPart('SessionPage');
export const SessionsPage = lazyPart('SessionsPage');
export const SessionWatch = lazyPart('SessionWatch');
// Most installations do not want it, and a chunk of its own would make the first load larger.
export const SilentSignIn = lazyPart('SilentSignIn');

// A separate chunk, because they are rarely shown.
const loadRare = () => import('./pages/rarely-shown.ts');
export const LoginErrorPage = lazy(async () => ({ default: (await loadRare()).LoginErrorPage }));
export const NotFoundPage = lazy(async () => ({ default: (await loadRare()).NotFoundPage }));
export const SignedOutPage = lazy(async () => ({ default: (await loadRare()).SignedOutPage }));

/** Preloads the pages of signed-in users. */
export function preloadSignedInArea(): void {
  void load().catch(() => {}); // The page itself reports a failure.
}
