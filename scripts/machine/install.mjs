// The npm packages, among them the Node that everything else runs on.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure, run, step } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { checkPrerequisites } from './prerequisites.mjs';

const lockfile = path.join(root, 'package-lock.json');
// npm writes this file as the last act of every install: it is missing after one that was cut off.
const stamp = path.join(root, 'node_modules', '.package-lock.json');

/** Checks the machine and installs the packages of package-lock.json unless that has been done since it changed. */
export async function install() {
  checkPrerequisites();
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lockfile).mtimeMs) return;
  // Development dependencies are what all commands are made of, whatever NODE_ENV says. Warnings are left out because
  // npm compares the packages with the Node it runs on itself, and not with the one they will run on.
  const args = ['ci', '--include=dev', '--loglevel=error'];
  await step('Installing the npm packages', () =>
    run('npm', args, { hint: 'npm ci failed; its lines above say why.' }),
  );
  if (!existsSync(path.join(root, 'node_modules', '.bin', 'node'))) {
    throw new Failure(
      'The pinned Node is missing from node_modules. Are install scripts switched off? npm config set ignore-scripts false',
    );
  }
}
