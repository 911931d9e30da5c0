// `npm run check:deploy`: alerts and the systemd unit of `deploy/`, with the tools that are installed. `nginx.conf` and
// `redis.conf` are tested by `npm test -- cluster`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { isInstalled } from '../run/programs.mjs';
import { read, requireNone } from './files.mjs';

/** systemd's rating of a service's access to the machine, from 0 (none) to 100 (full). */
const MAX_EXPOSURE = 15;
/** The first version that checks a unit which is not installed. */
const MIN_SYSTEMD = 250;

await main(() => requireNone([...unknownMetrics(), ...alerts(), ...unit()]));

/** Metrics of the alert rules that the backend does not have. Such a rule never fires. */
function unknownMetrics() {
  const counted = read('crates/sessions/src/metrics.rs');
  const named = new Set(read('deploy/alerts.yml').match(/\bsessions?_\w+_total\b/g));
  return [...named]
    .filter((name) => !counted.includes(`"${name}"`))
    .map((name) => `deploy/alerts.yml names ${name}, which is not a metric of the backend`);
}

function alerts() {
  if (!isInstalled('promtool')) return skipped('the rules of deploy/alerts.yml', 'promtool');
  return [
    ...failed('promtool', ['check', 'rules', 'alerts.yml']),
    ...failed('promtool', ['test', 'rules', 'alerts.test.yml']),
  ];
}

function unit() {
  const [version] = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout?.match(/\d+/) ?? [];
  if (!(Number(version) >= MIN_SYSTEMD)) return skipped('deploy/sessions.service', `systemd ${MIN_SYSTEMD}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unit-'));
  try {
    // systemd refuses a unit whose program is missing.
    const file = path.join(folder, 'sessions.service');
    writeFileSync(file, read('deploy/sessions.service').replace(/^ExecStart=.*/m, 'ExecStart=/bin/true'));
    return [
      ...warnings(file),
      ...failed('systemd-analyze', ['security', '--offline=true', `--threshold=${MAX_EXPOSURE}`, file]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Warnings of this unit, such as a misspelt setting; not those of the machine's own units. */
function warnings(file) {
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  return stderr.split('\n').filter((line) => line.includes('sessions.service'));
}

function skipped(what, tool) {
  console.log(`- ${what} is skipped: ${tool} is not installed`);
  return [];
}

function failed(command, args) {
  const options = { cwd: path.join(root, 'deploy'), encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return status === 0 ? [] : [`${command} ${args[0]}: ${stdout}${stderr}`];
}
