import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../fixtures/process.ts';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`the provider prints its URL when it listens, and ends cleanly on ${signal}`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'provider-test-'));
    const port = await freePort();
    const env = { ...process.env, PROVIDER_PORT: String(port), PROVIDER_DATA_DIR: dataDir };
    const provider = spawn(process.execPath, [resolve(import.meta.dirname, '../../local-provider/main.ts')], { env });
    const [line] = await once(provider.stdout, 'data');
    assert.equal(String(line), `local provider listening on http://localhost:${port}\n`);
    assert.equal((await fetch(`http://localhost:${port}/healthz`)).status, 200);
    provider.kill(signal);
    assert.deepEqual(await once(provider, 'exit'), [0, null]);
    await rm(dataDir, { recursive: true });
  });
}
