// `npm run dev`: Vite with hot reload on PORT, passing /api on to a debug backend that is rebuilt when its source changes.
import { watch } from 'node:fs';
import path from 'node:path';
import { install } from './machine/install.mjs';
import { requireFreePort } from './machine/ports.mjs';
import { backend, provider, settings, welcome } from './run/application.mjs';
import { captureCargo, DEBUG_BINARY } from './run/cargo.mjs';
import { Failure, main } from './run/command.mjs';
import { end, root } from './run/processes.mjs';
import { ready, service, untilOneEnds } from './run/services.mjs';

/** An editor that saves several files at once should cause one build. */
const SETTLE_MS = 200;

await main(async () => {
  await install();
  const app = settings();
  const api = { ...app, port: process.env.BACKEND_PORT || String(Number(app.port) + 1) };
  await requireFreePort(app.port, 'PORT');
  await requireFreePort(api.port, 'BACKEND_PORT');
  if (app.usesLocalProvider) await requireFreePort(app.providerPort, 'PROVIDER_PORT');

  if (!(await buildBackend())) throw new Failure("The backend does not compile; cargo's lines above say why.");
  const parts = app.usesLocalProvider ? [provider(app)] : [];
  if (app.usesLocalProvider) await ready(parts[0], `${app.providerUrl}/healthz`);
  const server = backend(DEBUG_BINARY, api);
  await ready(server, healthUrl(api));
  const env = { BACKEND_URL: `http://127.0.0.1:${api.port}` };
  const vite = service('frontend', 'vite', ['--port', app.port, '--strictPort'], {
    env,
    cwd: path.join(root, 'frontend'),
  });
  await ready(vite, `http://localhost:${app.port}/`);
  console.log(welcome(app));
  rebuildOnChange(server, api);
  await untilOneEnds([...parts, vite]);
});

// The running backend stays up while the next one compiles, and when that does not compile. One that ends by itself
// (a bad setting, a panic at start) is reported and replaced after the next change.
function rebuildOnChange(server, api) {
  let current = server;
  let timer;
  let building = Promise.resolve();
  watch(path.join(root, 'backend', 'src'), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(async () => {
        if (await buildBackend()) current = await restarted(current, api);
      });
    }, SETTLE_MS);
  });
}

async function buildBackend() {
  console.log('▸ Compiling the backend');
  const { code } = await captureCargo(['build']);
  console.log(code === 0 ? '✓ The backend compiles' : '✗ The backend does not compile; the one before it stays up');
  return code === 0;
}

async function restarted(previous, api) {
  await end(previous);
  const next = backend(DEBUG_BINARY, api);
  try {
    await ready(next, healthUrl(api));
  } catch (error) {
    console.error(`✗ ${error.message}`);
  }
  return next;
}

function healthUrl({ port }) {
  return `http://localhost:${port}/healthz`;
}
