import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { requireFreePort } from '../machine/ports.mjs';
import { end } from './processes.mjs';
import { ready, service } from './services.mjs';

/** Nothing answers there. */
const NOWHERE = 'http://127.0.0.1:1/';

/** What is printed while `action` runs. */
async function printed(t, action) {
  const log = t.mock.method(console, 'log', () => {});
  await action();
  log.mock.restore();
  return log.mock.calls.map(({ arguments: [line] }) => line);
}

test('a program that refuses its settings is ended by its reason, and by nothing else', async (t) => {
  const said = [
    '2026-01-01T00:00:00Z INFO starting',
    "error: invalid value 'x' for PORT",
    '',
    "For more, try '--help'.",
  ];
  const lines = await printed(t, async () => {
    const child = service('backend', 'sh', ['-c', 'printf "%s\\n" "$@" >&2; exit 2', 'sh', ...said]);
    await assert.rejects(ready(child, NOWHERE), { message: "error: invalid value 'x' for PORT" });
  });
  assert.deepEqual(lines, []);
});

test('of a program that ends at once for another reason every line is shown', async (t) => {
  const lines = await printed(t, async () => {
    const child = service('backend', 'sh', ['-c', 'echo one; echo two; exit 1']);
    await assert.rejects(ready(child, NOWHERE), /backend ended before it was ready/);
  });
  assert.deepEqual(lines, ['backend  | one', 'backend  | two']);
});

test('a program that is ready shows what it said, and what it says from then on', async (t) => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines = await printed(t, async () => {
    const script = "process.once('SIGTERM', () => console.log('two') || process.exit()); setInterval(() => {}, 1000)";
    const child = service('backend', 'node', ['-e', `${script}; console.log('one')`]);
    await once(child.stdout, 'data');
    await ready(child, `http://127.0.0.1:${server.address().port}/`);
    await end(child);
  });
  server.close();
  assert.deepEqual(lines, ['backend  | one', 'backend  | two']);
});

test('a port that is none is refused by the name of its variable', async () => {
  for (const port of ['abc', '65536', '-1', '']) {
    await assert.rejects(requireFreePort(port, 'PORT'), { message: `PORT=${port} is not a port.` });
  }
});
