// `npm run cluster`: nginx with TLS before three backends on one Redis, and the local provider.
import { build } from './run/build.mjs';
import { main, run } from './run/command.mjs';
import { install } from './run/install.mjs';
import { requireFreePorts } from './run/ports.mjs';
import { requirePrograms } from './run/programs.mjs';

await main(async () => {
  const { CLUSTER_PORT, PROVIDER_PORT } = process.env;
  await requireFreePorts({ CLUSTER_PORT: CLUSTER_PORT || '6443', PROVIDER_PORT: PROVIDER_PORT || '6100' });
  await install();
  await requirePrograms('nginx', 'openssl', 'redis-server');
  await build();
  await run('node', ['e2e/cluster/main.ts'], { hint: 'The cluster did not start; the lines above say why.' });
});
