// What has to be on the machine before anything can be built, and what to type where it is missing.
import { spawnSync } from 'node:child_process';
import { Failure } from '../run/command.mjs';

const NODE = 20;
const RUST = [1, 90];

/** True when `command --version` (or the given arguments) runs. */
export function isInstalled(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Throws a `Failure` that lists everything that is missing at once, not one thing for each try. */
export function checkPrerequisites() {
  const missing = [node(), npm(), rust(), cCompiler()].filter(Boolean);
  if (missing.length > 0)
    throw new Failure(`This machine lacks something:\n${missing.map((m) => `  - ${m}`).join('\n')}`);
}

function node() {
  if (Number(process.versions.node.split('.')[0]) >= NODE) return;
  return `Node ${NODE} or newer (this is ${process.versions.node}): https://nodejs.org`;
}

function npm() {
  if (!isInstalled('npm')) return 'npm: it comes with Node, https://nodejs.org (Debian: apt-get install npm)';
}

function rust() {
  const found = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  const wanted = RUST.join('.');
  if (found.status !== 0) return `Rust ${wanted} or newer: https://rustup.rs, then open a new terminal`;
  const [, major, minor] = /(\d+)\.(\d+)/.exec(found.stdout) ?? [];
  const isOld = Number(major) < RUST[0] || (Number(major) === RUST[0] && Number(minor) < RUST[1]);
  if (isOld) return `Rust ${wanted} or newer (this is ${major}.${minor}): rustup update`;
}

// SQLite and the TLS library are compiled from C, so that nothing has to be installed for them.
function cCompiler() {
  if (process.env.CC || isInstalled('cc')) return;
  return process.platform === 'darwin'
    ? 'a C compiler: xcode-select --install'
    : 'a C compiler (Debian: apt-get install build-essential; Fedora: dnf install gcc)';
}
