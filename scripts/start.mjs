// `npm start`: the release backend with the built single-page app, and the local provider unless a Wristband
// application is configured.
import { install } from './machine/install.mjs';
import { requireFreePort } from './machine/ports.mjs';
import { checkPrerequisites } from './machine/prerequisites.mjs';
import { backend, provider, settings, welcome } from './run/application.mjs';
import { buildBackend, buildPages } from './run/build.mjs';
import { RELEASE_BINARY } from './run/cargo.mjs';
import { main } from './run/command.mjs';
import { ready, untilOneEnds } from './run/services.mjs';

await main(async () => {
  checkPrerequisites();
  const app = settings();
  // Before the build: nobody should wait minutes to learn this.
  await requireFreePort(app.port, 'PORT');
  if (app.usesLocalProvider) await requireFreePort(app.providerPort, 'PROVIDER_PORT');
  // The compiler has work for minutes; npm can fetch its packages meanwhile.
  await Promise.all([install(), buildBackend()]);
  await buildPages();

  const parts = [];
  if (app.usesLocalProvider) {
    const idp = provider(app);
    parts.push(idp);
    await ready(idp, `${app.providerUrl}/healthz`);
  }
  const server = backend(RELEASE_BINARY, app);
  parts.push(server);
  await ready(server, `http://localhost:${app.port}/healthz`);
  console.log(welcome(app));
  await untilOneEnds(parts);
});
