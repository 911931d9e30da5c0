import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { screen } from '@testing-library/react';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adasSession, answer, json } from '../src/testing/backend.ts';

// The auth context can be carried away: an empty application that holds only the files of its page type-checks and works.
const repository = resolve(import.meta.dirname, '../..');
const page = 'docs/patterns/auth-context.md';
const packages = ['react', 'react-dom', '@types/react', '@types/react-dom', 'vite', '@vitejs/plugin-react'];
const run = promisify(execFile);

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

let application: string;

beforeAll(async () => {
  application = await mkdtemp(join(tmpdir(), 'auth-context-'));
});

afterAll(() => rm(application, { recursive: true, force: true }));

test('the files of its page, alone in an empty application, sign somebody in', async () => {
  const text = await readFile(join(repository, page), 'utf8');
  const files = [...text.matchAll(/^\| `frontend\/([^`]+)` \|/gm)].map(([, file = '']) => file);
  const example = /```tsx\n(.*?)```/s.exec(text)?.[1] ?? '';
  expect(files.length).toBeGreaterThan(5);

  await Promise.all([
    ...files.map((file) => cp(join(repository, 'frontend', file), join(application, file))),
    ...packages.map(install),
    cp(join(repository, 'frontend/tsconfig.json'), join(application, 'tsconfig.json')),
    write('package.json', '{ "private": true, "type": "module" }'),
    write('vite.config.js', viteConfig),
    write('src/main.tsx', source + example),
  ]);

  await inApplication('typescript/bin/tsc', ['--project', '.', '--types', 'react']);
  await inApplication('vite/bin/vite.js', ['build']);

  answer('/api/session', json(adasSession()));
  createRequire(import.meta.url)(join(application, 'dist/app.cjs'));
  expect((await screen.findByText(/^Signed in as/)).textContent).toBe('Signed in as user-ada');
}, 60_000);

async function write(file: string, content: string) {
  await mkdir(dirname(join(application, file)), { recursive: true });
  await writeFile(join(application, file), content);
}

/** Only what the application declares: an import of anything else does not resolve. */
async function install(name: string) {
  const place = join(application, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(join(repository, 'node_modules', name), place);
}

async function inApplication(script: string, args: string[]) {
  const node = [join(repository, 'node_modules', script), ...args];
  const { NODE_ENV: _, ...env } = process.env;
  await run(process.execPath, node, { cwd: application, env }).catch(({ stdout, stderr, message }) => {
    throw new Error(`${message}\n${stdout}${stderr}`);
  });
}
