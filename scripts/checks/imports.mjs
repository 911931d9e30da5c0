// `npm run check:imports`: no file of a crate imports itself through others, also not through a re-export (`pub use`).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { requireNone } from './files.mjs';

/** Returns the imports of a source text as lists of path segments, such as `['crate', 'stores', 'Store']`. */
export function importsOf(code) {
  const text = code.replace(/\/\/.*/g, '');
  const used = [...text.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => expand(tree.replace(/\s+/g, ' ').trim()));
  const inline = [...text.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)].map(([name]) => name);
  return [...used, ...inline].map((name) => name.replace(/ as \w+$/, '').split('::'));
}

/** Expands the groups of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`. */
function expand(tree) {
  const open = tree.indexOf('{');
  if (open < 0) return [tree];
  const [prefix, inner] = [tree.slice(0, open), tree.slice(open + 1, tree.lastIndexOf('}'))];
  let depth = 0;
  const parts = [''];
  for (const letter of inner) {
    depth += { '{': 1, '}': -1 }[letter] ?? 0;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.flatMap((part) => (part.trim() ? expand(prefix + part.trim()) : []));
}

/** Returns a map from each module (`stores::redis`, '' for the crate) to the modules that it imports. */
export function graph(sources) {
  const imports = new Map([...sources].map(([module, code]) => [module, importsOf(code)]));
  /** The module that defines a path, seen from a module; undefined for other crates. */
  function defining(from, [first, ...rest], seen = new Set()) {
    const start = { crate: '', self: from, super: from.replace(/(::)?\w+$/, '') }[first];
    if (start === undefined) return sources.has(join(from, first)) ? follow(from, [first, ...rest], seen) : undefined;
    return rest[0] === 'super' ? defining(start, rest, seen) : follow(start, rest, seen);
  }
  function follow(module, [name, ...rest], seen) {
    if (name === undefined || name === 'self') return module;
    if (sources.has(join(module, name))) return follow(join(module, name), rest, seen);
    const key = `${module} ${name}`;
    if (seen.has(key)) return module;
    seen.add(key);
    const reexport = imports.get(module).find((one) => one.at(-1) === name);
    return (reexport && defining(module, reexport, seen)) ?? module;
  }
  const found = ([module, list]) => new Set(list.map((one) => defining(module, one)));
  return new Map([...imports].map((one) => [one[0], found(one).difference(new Set([undefined, one[0]]))]));
}

const join = (module, name) => (module ? `${module}::${name}` : name);

/** Returns the groups of modules that import each other. */
export function cycles(edges) {
  const reach = (from, found = new Set()) => {
    for (const to of edges.get(from) ?? []) if (!found.has(to)) reach(to, found.add(to));
    return found;
  };
  const reached = new Map([...edges.keys()].map((module) => [module, reach(module)]));
  const areBoth = (one, other) => reached.get(one).has(other) && reached.get(other).has(one);
  const modules = [...edges.keys()].sort();
  const group = (module) => modules.filter((other) => areBoth(module, other)).join(', ');
  return [...new Set(modules.map(group))].filter(Boolean);
}

function sourcesOf(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /(?<!main)\.rs$/.test(file));
  const module = (file) => file.replace(/(\/?mod|^lib)?\.rs$/, '').replaceAll(path.sep, '::');
  return new Map(files.map((file) => [module(file), readFileSync(path.join(folder, file), 'utf8')]));
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const crates = ['backend', ...readdirSync(path.join(root, 'crates')).map((name) => `crates/${name}`)];
    const groups = (name) => cycles(graph(sourcesOf(path.join(root, name, 'src'))));
    requireNone(crates.flatMap((name) => groups(name).map((group) => `${name}: ${group} import each other`)));
  });
}
