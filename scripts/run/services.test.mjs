import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { requireFreePorts } from './ports.mjs';
import { end } from './processes.mjs';
import { ready, service } from './services.mjs';

/** An address where nothing listens. */
const NOWHERE = { url: 'http://127.0.0.1:1/' };

/** Returns the lines that `action` prints. */
async function printed(t, action) {
  const log = t.mock.method(console, 'log', () => {});
  await action();
  log.mock.restore();
  return log.mock.calls.map(({ arguments: [line] }) => line);
}

test('a program that refuses its settings fails with its reason alone', async (t) => {
  const said = [
    '2026-01-01T00:00:00Z INFO starting',
    "error: invalid value 'x' for PORT",
    '',
    "For more, try '--help'.",
  ];
  const lines = await printed(t, async () => {
    const child = service('backend', 'sh', ['-c', 'printf "%s\\n" "$@" >&2; exit 2', 'sh', ...said], NOWHERE);
    await assert.rejects(ready(child), { message: "error: invalid value 'x' for PORT" });
  });
  assert.deepEqual(lines, []);
});

test('a program that ends at once for another reason shows all its lines', async (t) => {
  const lines = await printed(t, async () => {
    const child = service('backend', 'sh', ['-c', 'echo one; echo two; exit 1'], NOWHERE);
    await assert.rejects(ready(child), /backend ended before it was ready/);
  });
  assert.deepEqual(lines, ['backend  | one', 'backend  | two']);
});

test('a program that is ready shows its earlier and later lines', async (t) => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines = await printed(t, async () => {
    const url = `http://127.0.0.1:${server.address().port}/`;
    const script = "process.once('SIGTERM', () => console.log('two') || process.exit()); setInterval(() => {}, 1000)";
    const child = service('backend', 'node', ['-e', `${script}; console.log('one')`], { url });
    await once(child.stdout, 'data');
    await ready(child);
    await end(child);
  });
  server.close();
  assert.deepEqual(lines, ['backend  | one', 'backend  | two']);
});

test('an invalid port is refused by the name of its variable', async () => {
  for (const port of ['abc', '65536', '-1', '']) {
    await assert.rejects(requireFreePorts({ PORT: port }), { message: `PORT=${port} is not a port.` });
  }
});
