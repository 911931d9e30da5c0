import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pythonEnvironment } from './python-environment.ts';
import { type SdkApp, type SdkEnvironment, sdkPromises } from './sdk-promises.ts';

sdkPromises('wristband-fastapi-auth 2.1.0', startFastApiApp, {
  'accepts an access token as an API would, by issuer and JWKS': async ({ appUrl, accessToken }) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await fetch(`${appUrl}/api/subject-of-bearer-token`, { headers });
    assert.equal(response.status, 200);
    const forged = { authorization: `Bearer ${accessToken.slice(0, -8)}AAAAAAAA` };
    assert.equal((await fetch(`${appUrl}/api/subject-of-bearer-token`, { headers: forged })).status, 401);
  },
});

async function startFastApiApp({ appUrl, vanityDomain, certificateFile }: SdkEnvironment): Promise<SdkApp> {
  const app = spawn(await pythonEnvironment(), [resolve(import.meta.dirname, 'fastapi_app.py')], {
    env: {
      ...process.env,
      APPLICATION_VANITY_DOMAIN: vanityDomain,
      PORT: new URL(appUrl).port,
      SSL_CERT_FILE: certificateFile,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await untilItListens(appUrl, app);
  return {
    close: async () => {
      if (app.exitCode !== null) return;
      app.kill();
      await once(app, 'exit');
    },
  };
}

async function untilItListens(url: string, app: ChildProcess): Promise<void> {
  while (!(await fetch(`${url}/api/auth/login`, { redirect: 'manual' }).catch(() => undefined))) {
    if (app.exitCode !== null) throw new Error(`the FastAPI application ended with code ${app.exitCode}`);
    await setTimeout(50);
  }
}
