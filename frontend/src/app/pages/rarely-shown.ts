export { LoginErrorPage } from './login-error-page.tsx';
export { NotFoundPage } from './not-found-page.tsx';
export { SignedOutPage } from './signed-out-page.tsx';
