export { ProfilePage } from './profile-page.tsx';
export { SignedInArea } from './signed-in-area.tsx';
