// Canaille, an OpenID provider of somebody else that the tests sign in with.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run, step } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

const VERSION = '0.3.6';
const FOLDER = path.join(root, 'node_modules/.cache', `canaille-${VERSION}`);
const COMPLETE = path.join(FOLDER, 'complete');
const hint =
  'These tests need Canaille. Install Python 3.10 or newer with venv and pip (Debian: apt-get install python3-venv).';

/** Returns the environment that tells the tests where Canaille is; the first time it is installed into the clone. */
export async function canaille() {
  if (!existsSync(COMPLETE)) {
    await step(`Installing Canaille ${VERSION} into node_modules/.cache`, async () => {
      await rm(FOLDER, { recursive: true, force: true }); // what an interrupted installation left behind
      await run('python3', ['-m', 'venv', FOLDER], { hint });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      const wanted = `canaille[front,oidc,server,sqlite]==${VERSION}`;
      await run(path.join(FOLDER, 'bin/python'), [...pip, wanted], { hint });
      await writeFile(COMPLETE, '');
    });
  }
  return { PROVIDERS_CANAILLE: path.join(FOLDER, 'bin/canaille') };
}
