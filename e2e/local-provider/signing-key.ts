import { existsSync } from 'node:fs';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** Made once and kept, since clients cache the JWKS: a new key would break every session that outlives a restart. */
export async function loadSigningKey(dataDir: string): Promise<JWK> {
  const file = join(dataDir, 'signing-key.json');
  if (!existsSync(file)) {
    const jwk = await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    const draft = `${file}.${kid}`;
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify({ ...jwk, kid, alg: 'RS256', use: 'sig' }), { mode: 0o600 });
    await link(draft, file).catch(() => {}); // a provider that started at the same moment was first: its key counts
    await unlink(draft);
  }
  return JSON.parse(await readFile(file, 'utf8'));
}
