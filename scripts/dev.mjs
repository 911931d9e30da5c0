// `npm run dev`: Vite with hot reload on PORT. It forwards /api to a debug backend, which is rebuilt on changes.
import { watch } from 'node:fs';
import path from 'node:path';
import { backend, portsOf, provider, settings, welcome } from './run/application.mjs';
import { captureCargo, DEBUG_BINARY } from './run/build.mjs';
import { Failure, main } from './run/command.mjs';
import { install } from './run/install.mjs';
import { requireFreePorts } from './run/ports.mjs';
import { end, root } from './run/processes.mjs';
import { ready, service, untilOneEnds } from './run/services.mjs';

/** Files that an editor saves within this time cause one build. */
const DEBOUNCE_MS = 200;

await main(async () => {
  await install({ only: 'start' });
  const app = settings();
  const api = { ...app, port: process.env.BACKEND_PORT || String(Number(app.port) + 1) };
  await requireFreePorts({ ...portsOf(app), BACKEND_PORT: api.port });

  if (!(await buildBackend())) throw new Failure("The backend does not compile; cargo's lines above say why.");
  const services = app.usesLocalProvider ? [await ready(provider(app))] : [];
  const server = await ready(backend(DEBUG_BINARY, api));
  const vite = service('frontend', 'vite', ['--port', app.port, '--strictPort'], {
    url: `http://localhost:${app.port}/`,
    env: { BACKEND_URL: `http://127.0.0.1:${api.port}` },
    cwd: path.join(root, 'frontend'),
  });
  services.push(await ready(vite));
  console.log(welcome(app));
  rebuildOnChange(server, api);
  await untilOneEnds(services);
});

/** Replaces the backend after each change that compiles, also if it has ended by itself (a bad setting, a panic). */
function rebuildOnChange(server, api) {
  let current = server;
  let timer;
  let building = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(async () => {
        if (await buildBackend()) current = await restarted(current, api);
      });
    }, DEBOUNCE_MS);
  };
  for (const folder of ['backend/src', 'crates']) watch(path.join(root, folder), { recursive: true }, changed);
}

async function buildBackend() {
  console.log('▸ Compiling the backend');
  const { code } = await captureCargo(['build', '--package', 'backend']);
  console.log(code === 0 ? '✓ The backend compiles' : '✗ The backend does not compile; the previous one keeps running');
  return code === 0;
}

async function restarted(previous, api) {
  await end(previous);
  const next = backend(DEBUG_BINARY, api);
  try {
    await ready(next);
  } catch (error) {
    console.error(`✗ ${error.message}`);
  }
  return next;
}
