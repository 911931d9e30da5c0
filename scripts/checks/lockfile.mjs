// Whether package-lock.json installs on machines other than the one it was written on.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run/processes.mjs';

/** Returns one line for each problem. */
export function lockfileProblems() {
  const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text);
  return [...downloadAddresses(text), ...missingPlatforms(packages)];
}

// With addresses in it the lockfile would only install from the registry of whoever wrote it last.
function downloadAddresses(text) {
  return /"resolved": "https?:/.test(text)
    ? ['package-lock.json holds download addresses; .npmrc keeps them out: remove the file and run npm install']
    : [];
}

// Programs such as Biome come as one optional package for each platform. npm quietly leaves out those it cannot find,
// and `npm ci` then refuses the lockfile everywhere.
function missingPlatforms(packages) {
  const names = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, '')));
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `package-lock.json lacks ${name}, which ${place} may need: choose a version that is out for all`),
  );
}
