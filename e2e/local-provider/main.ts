import { startOrders } from './orders.ts';
import { startProvider } from './server.ts';

const env = process.env;
const provider = await startProvider({
  port: Number(env.PROVIDER_PORT || 6100),
  issuer: env.PROVIDER_ISSUER,
  appUrls: env.PROVIDER_APP_URLS?.split(',').map((url) => url.trim()),
  dataDir: env.PROVIDER_DATA_DIR,
  accessTokenTtl: Number(env.PROVIDER_ACCESS_TOKEN_TTL) || undefined,
  testControls: env.PROVIDER_TEST_CONTROLS === 'on',
  log: console.error,
});
console.log(`local provider listening on ${provider.url}`);
// An API for the session page to call.
const ordersPort = Number(env.PROVIDER_ORDERS_PORT) || undefined;
const orders = ordersPort && (await startOrders({ port: ordersPort, issuer: env.PROVIDER_ISSUER || provider.url }));
if (orders) console.log(`orders listening on http://localhost:${ordersPort}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    if (orders) orders.close();
    void provider.close();
  });
}
