// What has to be on the machine before anything can be built, and what to type where it is missing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

/** The first with `util.parseEnv`. */
const NODE = '20.12';

/** True when `command --version` (or the given arguments) runs. */
export function isInstalled(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Where a program is on the PATH; undefined: nowhere. */
export function pathOf(command) {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}

/** Throws a `Failure` that lists everything that is missing at once, not one thing for each try. */
export function checkPrerequisites() {
  const missing = [node(), npm(), rust(), cCompiler()].filter(Boolean);
  if (missing.length > 0)
    throw new Failure(`This machine lacks something:\n${missing.map((m) => `  - ${m}`).join('\n')}`);
}

function isAtLeast(found, wanted) {
  return found.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

function node() {
  if (isAtLeast(process.versions.node, NODE)) return;
  return `Node ${NODE} or newer (this is ${process.versions.node}): https://nodejs.org`;
}

function npm() {
  if (!isInstalled('npm')) return 'npm: it comes with Node, https://nodejs.org (Debian: apt-get install npm)';
}

function rust() {
  const manifest = readFileSync(path.join(root, 'Cargo.toml'), 'utf8');
  const wanted = /^rust-version = "([\d.]+)"/m.exec(manifest)?.[1] ?? '1';
  const { status, stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return `Rust ${wanted} or newer: https://rustup.rs, then open a new terminal`;
  const found = /\d+\.\d+/.exec(stdout)?.[0] ?? '0';
  if (!isAtLeast(found, wanted)) {
    return `Rust ${wanted} or newer (this is ${found}): rustup update`;
  }
}

// SQLite and the TLS library are compiled from C, so that nothing has to be installed for them.
function cCompiler() {
  if (process.env.CC || isInstalled('cc')) return;
  return process.platform === 'darwin'
    ? 'a C compiler: xcode-select --install'
    : 'a C compiler (Debian: apt-get install build-essential; Fedora: dnf install gcc)';
}
