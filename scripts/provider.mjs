// `npm run provider`: the local provider alone.
import { provider, settings } from './run/application.mjs';
import { main } from './run/command.mjs';
import { install } from './run/install.mjs';
import { requireFreePorts } from './run/ports.mjs';
import { ready, untilOneEnds } from './run/services.mjs';

await main(async () => {
  await install({ only: 'start' });
  const app = settings();
  await requireFreePorts({ PROVIDER_PORT: app.providerPort, PROVIDER_ORDERS_PORT: app.ordersPort });
  const service = await ready(provider(app));
  console.log(
    `\n    The local provider listens on ${app.providerUrl} for the app at ${app.appUrls}\n    Ctrl-C ends it.\n`,
  );
  await untilOneEnds([service]);
});
