// `npm run check:text`: limits of size, links between documents, the lockfile.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read, requireNone, sourceFiles } from './files.mjs';
import { limitProblems } from './limits.mjs';
import { lockfileProblems } from './lockfile.mjs';

await main(async () => {
  const files = await sourceFiles();
  requireNone([
    ...limitProblems(files),
    ...deadLinks(files),
    ...deadAnchors(files),
    ...lockfileProblems(),
    ...deadEnds(files),
  ]);
});

/** Links to headings that do not exist, in documents and in code that names a document. */
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
        return dead ? [`${file} links to #${anchor} in ${place}, which has no such heading`] : [];
      }),
    );
}

/** Returns the anchors of a document's headings. */
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

/** Documents without a link to the next one. The bench writes docs/benchmarks.md. */
function deadEnds(files) {
  return files
    .filter((file) => /^docs\/.*\.md$/.test(file) && file !== 'docs/benchmarks.md')
    .filter((file) => !/\nNext: .*\]\(.*\n$/.test(read(file).slice(-200)))
    .map((file) => `${file} does not end with a link to the next document (Next: …)`);
}

/** Links to files that do not exist. */
function deadLinks(files) {
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .filter(([, target]) => !existsSync(path.join(root, path.dirname(file), target)))
        .map(([, target]) => `${file} links to ${target}, which does not exist`),
    );
}
