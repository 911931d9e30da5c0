// `npm run check:deploy`: what can be said of `deploy/` without deploying it, with the tools that this machine has. nginx
// and Redis are started with their files by `npm test -- cluster`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled } from '../machine/prerequisites.mjs';
import { Failure, main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read } from './files.mjs';

/** systemd's rating of how much of the machine a service could reach: 0 nothing, 100 everything. */
const MOST_EXPOSURE = 15;
/** The first that reads a unit which is not installed. */
const SYSTEMD = 250;

await main(() => {
  const problems = [...unknownMetrics(), ...alerts(), ...unit()];
  if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
});

/** Names in the rules that the backend does not count: such a rule never fires. */
function unknownMetrics() {
  const counted = read('backend/src/metrics.rs');
  const named = new Set(read('deploy/alerts.yml').match(/\bsessions?_\w+_total\b/g));
  return [...named]
    .filter((name) => !counted.includes(`"${name}"`))
    .map((name) => `deploy/alerts.yml asks for ${name}, which the backend does not count`);
}

function alerts() {
  if (!isInstalled('promtool')) return leftOut('the rules of deploy/alerts.yml', 'promtool');
  return [
    ...failed('promtool', ['check', 'rules', 'alerts.yml']),
    ...failed('promtool', ['test', 'rules', 'alerts.test.yml']),
  ];
}

function unit() {
  const [version] = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout?.match(/\d+/) ?? [];
  if (!(Number(version) >= SYSTEMD)) return leftOut('deploy/sessions.service', `systemd ${SYSTEMD}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unit-'));
  try {
    // The program is not installed here, and a unit whose program is missing is refused.
    const file = path.join(folder, 'sessions.service');
    writeFileSync(file, read('deploy/sessions.service').replace(/^ExecStart=.*/m, 'ExecStart=/bin/true'));
    return [
      ...warnings(file),
      ...failed('systemd-analyze', ['security', '--offline=true', `--threshold=${MOST_EXPOSURE}`, file]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A setting that is misspelt is only warned of; warnings of this machine's own units are not ours. */
function warnings(file) {
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  return stderr.split('\n').filter((line) => line.includes('sessions.service'));
}

function leftOut(what, tool) {
  console.log(`- not checked: ${what}, as ${tool} is not installed`);
  return [];
}

function failed(command, args) {
  const options = { cwd: path.join(root, 'deploy'), encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return status === 0 ? [] : [`${command} ${args[0]}: ${stdout}${stderr}`];
}
