// package-lock.json: it must install on other machines and from other registries.
import { read } from './files.mjs';

export function lockfileProblems() {
  const text = read('package-lock.json');
  const { packages } = JSON.parse(text);
  return [...downloadAddresses(text), ...missingPlatforms(packages)];
}

/** With download addresses the lockfile would only install from one registry. */
function downloadAddresses(text) {
  return /"resolved": "https?:/.test(text)
    ? ['package-lock.json holds download addresses; .npmrc keeps them out: remove the file and run npm install']
    : [];
}

/**
 * Programs such as Biome have an optional package for each platform. npm leaves out those it cannot find, without a
 * warning, and `npm ci` then refuses the lockfile.
 */
function missingPlatforms(packages) {
  const names = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, '')));
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `package-lock.json lacks ${name}, which ${place} may need: choose a version that is out for all`),
  );
}
