// `npm run provider`: only the local stand-in for Wristband, in the foreground.
import { install } from './machine/install.mjs';
import { requireFreePort } from './machine/ports.mjs';
import { provider, settings } from './run/application.mjs';
import { main } from './run/command.mjs';
import { ready, untilOneEnds } from './run/services.mjs';

await main(async () => {
  await install();
  const app = settings();
  await requireFreePort(app.providerPort, 'PROVIDER_PORT');
  const idp = provider(app);
  await ready(idp, `${app.providerUrl}/healthz`);
  console.log(
    `\n    The local provider listens on ${app.providerUrl} for the app at ${app.appUrls}\n    Ctrl-C ends it.\n`,
  );
  await untilOneEnds([idp]);
});
