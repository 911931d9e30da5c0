export { SessionWatch } from '../../features/session-watch/session-watch.tsx';
export { SilentSignIn } from '../../features/sign-in/silent-sign-in.tsx';
export { AdminPage } from './admin-page.tsx';
export { ProfilePage } from './profile-page.tsx';
export { SessionPage } from './session-page.tsx';
export { SessionsPage } from './sessions-page.tsx';
export { SignedInArea } from './signed-in-area.tsx';
