// What holds without running the program: every `check:…` of package.json.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled } from '../machine/prerequisites.mjs';
import { cargoEnvironment, linted } from '../run/cargo.mjs';
import { run, step } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Not installed for this: building them takes longer than all other checks together. CI takes them built. */
const OPTIONAL = { 'check:unused-crates': 'cargo-machete', 'check:dependencies': 'cargo-deny' };

/** Runs every check, also after one has failed, and counts. */
export async function checks() {
  const result = { passed: 0, failed: 0 };
  const env = { ...cargoEnvironment, ...linted };
  for (const name of Object.keys(scripts).filter((name) => name.startsWith('check:'))) {
    const program = OPTIONAL[name];
    if (program && !isInstalled(program)) {
      console.log(`- npm run ${name} is left out: ${program} is not installed`);
      continue;
    }
    try {
      await step(`npm run ${name}`, () => run('npm', ['run', '--silent', name], { env }));
      result.passed += 1;
    } catch (error) {
      console.error(`✗ ${error.message}`);
      result.failed += 1;
    }
  }
  return result;
}
