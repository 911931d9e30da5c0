// What holds without running the program: format, lints, types, dead code, generated files, rules for the text itself.

import { isInstalled } from '../machine/prerequisites.mjs';
import { requireFreshOpenApi } from '../run/build.mjs';
import { cargo, DEBUG_BINARY } from '../run/cargo.mjs';
import { run, step } from '../run/command.mjs';
import { checkText } from './text.mjs';

// Biome colours each character of a diff, also into files, when it believes itself in CI.
const COLOURS = process.stdout.isTTY ? [] : ['--colors=off'];

const CHECKS = [
  ['Rust format', () => cargo(['fmt', '--all', '--check'], { hint: 'Put it right with: cargo fmt' })],
  ['Rust lints', () => cargo(['clippy', '--all-targets', '--locked', '--quiet', '--', '-D', 'warnings'])],
  [
    'JavaScript format and lints',
    () =>
      run('biome', ['ci', '--error-on-warnings', ...COLOURS], {
        hint: 'Put right what can be with: npx biome check --write',
      }),
  ],
  ['Types of the frontend', () => run('npm', ['run', '--silent', 'typecheck', '-w', 'frontend'])],
  ['Types of the end-to-end tests', () => run('tsc', ['--noEmit', '--project', 'e2e'])],
  ['Unused files, exports and packages', () => run('knip', ['--no-progress'])],
  // Not installed for this: building it takes longer than all other checks together.
  ...(isInstalled('cargo-machete') ? [['Unused crates', () => cargo(['machete'])]] : []),
  ['Generated files', generatedFiles],
  ['Rules for the text', checkText],
];

/** Runs every check, also after one has failed, and counts. */
export async function checks() {
  const result = { passed: 0, failed: 0 };
  for (const [title, check] of CHECKS) {
    try {
      await step(title, check);
      result.passed += 1;
    } catch (error) {
      console.error(`✗ ${title}: ${error.message}`);
      result.failed += 1;
    }
  }
  return result;
}

async function generatedFiles() {
  await cargo(['build', '--locked', '--quiet']);
  await requireFreshOpenApi(DEBUG_BINARY);
  await run('npm', ['run', '--silent', 'generate:check', '-w', 'frontend'], {
    hint: 'Renew the types with: npm run generate',
  });
}
