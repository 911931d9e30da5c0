// `npm start`: the backend with the built single-page app, and the local provider unless another is configured.
import { backend, portsOf, provider, settings, welcome } from './run/application.mjs';
import { buildForStart, START_BINARY } from './run/build.mjs';
import { main } from './run/command.mjs';
import { checkPrerequisites, install } from './run/install.mjs';
import { bundlePages } from './run/pages.mjs';
import { requireFreePorts } from './run/ports.mjs';
import { ready, untilOneEnds } from './run/services.mjs';

await main(async () => {
  checkPrerequisites();
  const app = settings();
  // Before the build, which may take minutes.
  await requireFreePorts(portsOf(app));
  const pages = async () => {
    await install({ only: 'start' });
    await bundlePages();
  };
  // The pages are built while the compiler works.
  await Promise.all([buildForStart(), pages()]);

  const services = app.usesLocalProvider ? [await ready(provider(app))] : [];
  services.push(await ready(backend(START_BINARY, app)));
  console.log(welcome(app));
  await untilOneEnds(services);
});
