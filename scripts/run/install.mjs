// Requirements of every command: Node, npm, Rust, a C compiler, and the npm packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure, run, step } from './command.mjs';
import { root } from './processes.mjs';
import { isInstalled } from './programs.mjs';

/** The first version with `util.parseEnv`. */
const MIN_NODE = '20.12';

/** The first version that runs TypeScript by itself. */
const NODE_OF_START = '22.18';

const LOCKFILE = path.join(root, 'package-lock.json');
/** npm writes this file at the end of an install, so it is missing after an interrupted one. */
const INSTALLED = path.join(root, 'node_modules', '.package-lock.json');
const PINNED_NODE = path.join(root, 'node_modules', '.bin', 'node');
/** A package that only an installation of all has. */
const OF_TESTS = path.join(root, 'node_modules', '@playwright', 'test');

/**
 * Checks the prerequisites, and installs the npm packages if package-lock.json has changed since the last install: all
 * of them, or with `only: 'start'` only those that `npm start` runs.
 */
export async function install({ only } = {}) {
  checkPrerequisites();
  const isUpToDate = existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCKFILE).mtimeMs;
  const needsNode = needsPinnedNode(only);
  if (isUpToDate && (only === 'start' || existsSync(OF_TESTS)) && (!needsNode || existsSync(PINNED_NODE))) return;
  await step('Installing the npm packages', () =>
    run('npm', installArguments(only), { hint: 'npm ci failed; its lines above say why.' }),
  );
  if (needsNode && !existsSync(PINNED_NODE)) {
    throw new Failure(
      'The pinned Node is missing from node_modules. Are install scripts switched off? npm config set ignore-scripts false',
    );
  }
}

/** Arguments of npm. Its warnings are about the Node that runs npm, not about the one that is installed here. */
export function installArguments(only, version = process.versions.node) {
  // Development dependencies are needed even if NODE_ENV is `production`.
  const parts = only === 'start' ? ['--omit=dev'] : ['--include=dev'];
  // The root has no dependency but the pinned Node.
  const folders = needsPinnedNode(only, version) ? [] : ['--workspace=frontend', '--workspace=e2e'];
  return ['ci', ...parts, ...folders, '--loglevel=error'];
}

/** The tests use functions of the pinned Node; the local provider and Vite run on any newer one. */
function needsPinnedNode(only, version = process.versions.node) {
  return only !== 'start' || !isAtLeast(version, NODE_OF_START);
}

/** Throws a `Failure` that lists everything that is missing. */
export function checkPrerequisites(platform = process.platform) {
  if (platform === 'win32')
    throw new Failure('This runs on Linux and macOS. On Windows, use WSL 2: https://learn.microsoft.com/windows/wsl');
  const missing = [node(), npm(), rust(), cCompiler()].filter(Boolean);
  if (missing.length > 0)
    throw new Failure(`This machine lacks something:\n${missing.map((m) => `  - ${m}`).join('\n')}`);
}

function isAtLeast(found, wanted) {
  return found.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

function node() {
  if (isAtLeast(process.versions.node, MIN_NODE)) return;
  return `Node ${MIN_NODE} or newer (this is ${process.versions.node}): https://nodejs.org`;
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
  if (!isAtLeast(found, wanted)) return `Rust ${wanted} or newer (this is ${found}): rustup update`;
}

/** SQLite and the TLS library are compiled from C. */
function cCompiler() {
  if (process.env.CC || isInstalled('cc')) return;
  return process.platform === 'darwin'
    ? 'a C compiler: xcode-select --install'
    : 'a C compiler (Debian: apt-get install build-essential; Fedora: dnf install gcc)';
}
