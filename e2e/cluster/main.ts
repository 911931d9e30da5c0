import { once } from 'node:events';
import type { Store } from '../fixtures/backend.ts';
import { freePort } from '../fixtures/process.ts';
import { DEPLOYED, Redis } from '../fixtures/redis.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { people } from '../fixtures/user.ts';
import { Cluster } from './cluster.ts';

const env = process.env;
const store = (env.SESSION_STORE || 'redis') as Store;
const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);

await using folder = await temporaryFolder();
await using redisFolder = await temporaryFolder();
const cluster = await Cluster.start({
  port: Number(env.CLUSTER_PORT || 6443),
  providerPort: Number(env.PROVIDER_PORT || 6100),
  store,
  redis: new Redis({ port: await freePort(), dataDir: redisFolder.path, settings: DEPLOYED }),
  folder: folder.path,
});
for (const [name, part] of cluster.parts) {
  part.follow((text) => console.log(text.trimEnd().replaceAll(/^/gm, `${name.padEnd(8)} | `)));
}
const users = Object.values(people).map(({ email }) => `      ${email}`);
console.log(`
    Open ${cluster.url}
    The certificate was made a moment ago for this run, so the browser warns of it: go on to the page.

    Sign in with password wristband as
${users.join('\n')}

    Sessions are kept in ${store === 'redis' ? 'Redis' : 'cookies, what has ended in Redis'}. The nodes behind nginx:
${cluster.nodes.map((node, index) => `      node-${index + 1}   ${node.url}   kill ${node.pid}`).join('\n')}
    Each answer says which of them it comes from: open the log of requests at the foot of the session page.

    Ctrl-C ends everything.
`);
await ended;
await cluster.stop();
