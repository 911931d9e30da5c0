import { createRequire } from 'node:module';
import { join } from 'node:path';
import { screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { EmptyProject } from '../../e2e/fixtures/empty-project.ts';
import { adasSession, answer, json } from '../src/testing/backend.ts';
import { type Page, patternPages } from './pattern-pages.ts';

// The files of each page in docs/patterns can be taken: an application with nothing else compiles and works.
const source = `import { createRoot } from 'react-dom/client';
import { AuthProvider, useSession } from './features/auth/auth-context.tsx';
import { createAuthStore } from './features/auth/auth-store.ts';
import { loadSession } from './features/auth/load-session.ts';
import { loginUrl } from './features/auth/login-url.ts';
import { RequireAuth } from './features/auth/require-auth.tsx';
`;
const viteConfig = `import react from '@vitejs/plugin-react';
export default { plugins: [react()], logLevel: 'warn', build: { lib: { entry: 'src/main.tsx', formats: ['cjs'], fileName: 'app' } } };
`;

const pages = (await patternPages()).filter(({ files }) => files.length > 0);
/** Variables of Vite are this application's own. */
const withoutTypes = ['--types', ''];
const emptyApplication = (page: Page) => EmptyProject.with(page, 'frontend', 'frontend');
const isAuthContext = ({ name }: Page) => name === 'auth-context.md';
let application: EmptyProject;

afterEach(() => application.remove());

test.each(pages.filter((page) => !isAuthContext(page)))(
  'the files of $name, alone in an empty application, type-check',
  async (page) => {
    application = await emptyApplication(page);
    await application.typeCheck(...withoutTypes);
  },
  60_000,
);

test('the files of the auth context, alone in an empty application, sign somebody in', async () => {
  const page = pages.find(isAuthContext);
  const example = /```tsx\n(.*?)```/s.exec(page?.text ?? '')?.[1] ?? '';
  application = await emptyApplication(page as Page);
  await application.typeCheck(...withoutTypes);

  // The packages that draw and build the example are the application's.
  const builds = ['react-dom', '@types/react-dom', 'vite', '@vitejs/plugin-react'];
  await Promise.all(builds.map((name) => application.install(name)));
  await application.write('vite.config.js', viteConfig);
  await application.write('src/main.tsx', source + example);
  await application.typeCheck(...withoutTypes);
  await application.run('vite/bin/vite.js', ['build']);

  answer('/api/session', json(adasSession()));
  createRequire(import.meta.url)(join(application.folder, 'dist/app.cjs'));
  expect((await screen.findByText(/^Signed in as/)).textContent).toBe('Signed in as user-ada');
}, 60_000);
