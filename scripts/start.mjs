// `npm start`: the release backend with the built single-page app, and the local provider unless another is configured.
import { backend, portsOf, provider, settings, welcome } from './run/application.mjs';
import { buildBackend, buildPages, RELEASE_BINARY } from './run/build.mjs';
import { main } from './run/command.mjs';
import { checkPrerequisites, install } from './run/install.mjs';
import { requireFreePorts } from './run/ports.mjs';
import { ready, untilOneEnds } from './run/services.mjs';

await main(async () => {
  checkPrerequisites();
  const app = settings();
  // Before the build, which may take minutes.
  await requireFreePorts(portsOf(app));
  // npm downloads packages while the compiler works.
  await Promise.all([install(), buildBackend()]);
  await buildPages();

  const services = app.usesLocalProvider ? [await ready(provider(app))] : [];
  services.push(await ready(backend(RELEASE_BINARY, app)));
  console.log(welcome(app));
  await untilOneEnds(services);
});
