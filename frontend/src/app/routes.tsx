import { Route, Routes } from 'react-router';
import { pages } from '../lib/paths.ts';
import { AppShell } from './app-shell.tsx';
import {
  AdminPage,
  LoginErrorPage,
  NotFoundPage,
  ProfilePage,
  SessionPage,
  SessionsPage,
  SignedInArea,
  SignedOutPage,
} from './lazy-pages.tsx';
import { HomePage } from './pages/home-page.tsx';
import { SignedInOnly } from './signed-in-only.tsx';

/**
 * Routes of all pages. Those below `SignedInOnly` need a signed-in user. `isEverywhere`: this tab has just signed out
 * everywhere.
 */
export function AppRoutes({ isEverywhere }: { isEverywhere: boolean }) {
  return (
    <Routes>
      <Route element={<AppShell />}>
        <Route path={pages.home} element={<HomePage />} />
        <Route path={pages.loginError} element={<LoginErrorPage />} />
        <Route path={pages.signedOut} element={<SignedOutPage isEverywhere={isEverywhere} />} />
        <Route
          element={
            <SignedInOnly>
              <SignedInArea />
            </SignedInOnly>
          }
        >
          <Route path={pages.session} element={<SessionPage />} />
          <Route path={pages.profile} element={<ProfilePage />} />
          <Route path={pages.sessions} element={<SessionsPage />} />
          <Route path={pages.admin} element={<AdminPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
