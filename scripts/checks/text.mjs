// `npm run check:text`: what holds for the text of the repository: limits, links that lead somewhere, also to a heading, the lockfile.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read, sourceFiles } from './files.mjs';
import { limitProblems } from './limits.mjs';
import { lockfileProblems } from './lockfile.mjs';

await main(async () => {
  const files = await sourceFiles();
  const problems = [
    ...limitProblems(files),
    ...deadLinks(files),
    ...deadAnchors(files),
    ...lockfileProblems(),
    ...oldFigures(),
    ...deadEnds(files),
  ];
  if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
});

/** Places in our documents that something leads to: links, and the logs, pages and scripts that name one. */
function deadAnchors(files) {
  const anchors = new Map();
  const has = (file, anchor) => {
    if (!anchors.has(file)) anchors.set(file, anchorsOf(read(file)));
    return anchors.get(file).has(anchor);
  };
  return files
    .filter((file) => /\.(md|rs|ts|tsx|mjs|yml)$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/(\]\()?([\w./-]*\.md)?#([\w-]+)(?=[)"'`\s])/g)].flatMap(([, link, target, anchor]) => {
        if (!link && !target?.startsWith('docs/')) return [];
        const place = link ? path.join(path.dirname(file), target ?? path.basename(file)) : target;
        const dead = existsSync(path.join(root, place)) && !has(place, anchor);
        return dead ? [`${file} leads to #${anchor} in ${place}, which has no such heading`] : [];
      }),
    );
}

/** What headings are called in an address. */
function anchorsOf(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replace(/ /g, '-'),
    ),
  );
}

/** Documents whose reader is not told where to go next; the benchmark writes its own. */
function deadEnds(files) {
  return files
    .filter((file) => /^docs\/.*\.md$/.test(file) && file !== 'docs/benchmarks.md')
    .filter((file) => !/\nNext: .*\]\(.*\n$/.test(read(file).slice(-200)))
    .map((file) => `${file} does not end with where to go next (Next: …)`);
}

/** Figures of the README that are not those of the last benchmark. */
function oldFigures() {
  const readme = read('README.md');
  return ['cookie', 'sqlite', 'redis'].flatMap((store) => {
    const cells = read('docs/benchmarks.md')
      .match(new RegExp(`^\\| \`SESSION_STORE=${store}\` \\|.*`, 'm'))[0]
      .split('|');
    const [, , requests, , , p99, , cpu] = cells.map((cell) => cell.trim().split(' ')[0]);
    const figures = `| ${Number(requests).toLocaleString('en')} | ${cpu} µs | ${p99} ms |`;
    return readme.includes(figures)
      ? []
      : [`README.md does not say ${figures} of ${store}, as docs/benchmarks.md does`];
  });
}

function deadLinks(files) {
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .filter(([, target]) => !existsSync(path.join(root, path.dirname(file), target)))
        .map(([, target]) => `${file} links to ${target}, which does not exist`),
    );
}
