import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Listed, listed } from '../../e2e/fixtures/empty-project.ts';

const folder = resolve(import.meta.dirname, '../../docs/patterns');

/** The part of this application that a page in `docs/patterns` is about. */
export type Page = Listed & { name: string; text: string };

/** The pages that list files of the frontend, with those of the page that they build on. */
export async function patternPages(): Promise<Page[]> {
  const names = (await readdir(folder)).filter((name) => name !== 'README.md');
  const pages = await Promise.all(names.map(readPage));
  return pages.map((page) => {
    const others = [...page.text.matchAll(/^\| the files of \[[^\]]+\]\(([^)]+)\) \|/gm)];
    const all = [page, ...others.flatMap(([, name]) => pages.filter((other) => other.name === name))];
    return {
      ...page,
      files: [...new Set(all.flatMap(({ files }) => files))],
      packages: [...new Set(all.flatMap(({ packages }) => packages))],
    };
  });
}

async function readPage(name: string): Promise<Page> {
  const text = await readFile(join(folder, name), 'utf8');
  return { name, text, ...listed(text, 'frontend/') };
}
