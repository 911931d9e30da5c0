// Ports: whether one is free, and how to say so when it is not.
import { createServer } from 'node:net';
import { Failure } from '../run/command.mjs';

/** Throws a `Failure` that names the port and the variable that moves it when something listens on it already. */
export async function requireFreePort(port, variable) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Failure(`${variable}=${port} is not a port.`);
  const taken = await Promise.all(['127.0.0.1', '::1'].map((host) => isTaken(port, host)));
  if (!taken.includes(true)) return;
  const command = process.env.npm_lifecycle_event ?? 'start';
  const again = `${variable}=${Number(port) + 1000} npm run ${command}`;
  throw new Failure(`Port ${port} is in use. End the program that listens on it, or choose another: ${again}`);
}

function isTaken(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    // Only a port in use matters here: a machine without IPv6 answers EADDRNOTAVAIL.
    server.once('error', (error) => resolve(error.code === 'EADDRINUSE'));
    server.listen(Number(port), host, () => server.close(() => resolve(false)));
  });
}
