import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app/app.tsx';
import { preloadSignedInArea } from './app/lazy-pages.tsx';
import { createAuthStore } from './features/auth/auth-store.ts';
import { loadSession } from './features/auth/load-session.ts';
import { loadAppConfig } from './lib/app-config.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

// Both questions go out before React draws anything, side by side, and once.
const authStore = createAuthStore(loadSession);
const config = loadAppConfig();
authStore.subscribe(() => {
  if (authStore.getState().status === 'authenticated') preloadSignedInArea();
});
void authStore.load();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <App authStore={authStore} config={config} />
    </BrowserRouter>
  </StrictMode>,
);
