// TCP ports that a command is about to listen on.
import { createServer } from 'node:net';
import { Failure } from './command.mjs';

/** Takes `{VARIABLE: port}`. Throws a `Failure` that names the variable if a port is invalid or in use. */
export async function requireFreePorts(ports) {
  for (const [variable, port] of Object.entries(ports)) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Failure(`${variable}=${port} is not a port.`);
    const taken = await Promise.all(['127.0.0.1', '::1'].map((host) => isTaken(port, host)));
    if (!taken.includes(true)) continue;
    const command = process.env.npm_lifecycle_event ?? 'start';
    const again = `${variable}=${Number(port) + 1000} npm run ${command}`;
    throw new Failure(`Port ${port} is in use. End the program that listens on it, or choose another: ${again}`);
  }
}

function isTaken(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 reports EADDRNOTAVAIL: the port is not in use there.
    server.once('error', (error) => resolve(error.code === 'EADDRINUSE'));
    server.listen(Number(port), host, () => server.close(() => resolve(false)));
  });
}
