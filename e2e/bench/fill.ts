/** Fills a data folder as if many users had signed in, or many sessions had been ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Bytes of a session before it is sealed, as many as with the local provider. */
export const SESSION_BYTES = 2_200;

const PROGRAM = 'target/release/fill';

export interface Filled {
  /** A file with a Cookie header in each line, of all sessions or of 100,000 spread over them. */
  cookies: string;
  /** The first of them. */
  one: string;
}

/** Runs `fill`, with the settings that the backend will have. */
export async function fill(
  what: 'sessions' | 'revocations',
  count: number,
  settings: { [name: string]: string },
): Promise<Filled> {
  console.log(`▸ Filling in ${count.toLocaleString('en')} ${what}`);
  const cookies = join(settings['DATA_DIR'] ?? '.', 'cookies');
  const child = spawn(PROGRAM, [what, String(count), String(SESSION_BYTES)], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [[code]] = await Promise.all([once(child, 'exit'), pipeline(child.stdout, createWriteStream(cookies))]);
  if (code !== 0) throw new Error(`${PROGRAM} ${what} ${count} ended with ${code}`);
  await using file = await open(cookies);
  for await (const one of file.readLines()) return { cookies, one };
  return { cookies, one: '' };
}
