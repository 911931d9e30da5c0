import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/**
 * The RS256 key of the provider, made once and kept, readable by its owner only: clients cache the JWKS, so
 * a new key at each restart would break every session that lives through it.
 */
export async function loadSigningKey(dataDir: string): Promise<JWK> {
  const file = join(dataDir, 'signing-key.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const draft = `${file}.${process.pid}-${Date.now()}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(draft, JSON.stringify(await newKey()), { mode: 0o600 });
  try {
    await link(draft, file); // never replaces the key of another provider that starts at the same moment
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  return JSON.parse(await readFile(file, 'utf8'));
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
