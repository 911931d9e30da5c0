// `npm run cluster`: nginx with TLS before three backends on one Redis, and the local provider.
import { install } from './machine/install.mjs';
import { nginx } from './machine/nginx.mjs';
import { requireFreePort } from './machine/ports.mjs';
import { redis } from './machine/redis.mjs';
import { build } from './run/build.mjs';
import { main, run } from './run/command.mjs';

await main(async () => {
  await requireFreePort(process.env.CLUSTER_PORT || '6443', 'CLUSTER_PORT');
  await requireFreePort(process.env.PROVIDER_PORT || '6100', 'PROVIDER_PORT');
  await install();
  await nginx();
  await redis();
  await build();
  await run('node', ['e2e/cluster/main.ts'], { hint: 'The cluster did not start; the lines above say why.' });
});
