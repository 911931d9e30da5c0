import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app/app.tsx';
import { preloadSignedInArea } from './app/lazy-pages.tsx';
import { createAuthStore } from './features/auth/auth-store.ts';
import { loadSession } from './features/auth/load-session.ts';
import { noteReturn } from './features/sign-in/pending-sign-out.ts';
import { loadAppConfig } from './lib/app-config.ts';
import { replaceForbiddenStorage } from './lib/forbidden-storage.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

replaceForbiddenStorage();
// Both requests are sent before React renders, in parallel and only once.
const authStore = createAuthStore(loadSession);
const config = loadAppConfig();
authStore.subscribe(() => {
  if (authStore.getState().status === 'authenticated') preloadSignedInArea();
});
void authStore.load();
window.addEventListener('pageshow', noteReturn);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <App authStore={authStore} config={config} />
    </BrowserRouter>
  </StrictMode>,
);
