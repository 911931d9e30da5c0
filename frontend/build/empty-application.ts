import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '../..');
const folder = join(repository, 'docs/patterns');
const run = promisify(execFile);

/** What a page in `docs/patterns` says of the part of this application that it is about. */
export type Page = { name: string; text: string; files: string[]; packages: string[] };

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
  const cells = [...text.matchAll(/^\| (`frontend\/.*?) \|/gm)].flatMap(([, cell = '']) => quoted(cell));
  const packages = quoted(/^Packages: (.*?)[;.]/m.exec(text)?.[1] ?? '');
  return { name, text, files: cells.map((cell) => cell.replace('frontend/', '')), packages };
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** An application that holds the files and packages of a page, with what compiles TypeScript, and nothing else. */
export class EmptyApplication {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async with({ files, packages }: Page): Promise<EmptyApplication> {
    const application = new EmptyApplication(await mkdtemp(join(tmpdir(), 'pattern-')));
    await Promise.all([
      ...files.map((file) => cp(join(repository, 'frontend', file), join(application.folder, file))),
      ...packages.map((name) => application.install(name)),
      cp(join(repository, 'frontend/tsconfig.json'), join(application.folder, 'tsconfig.json')),
      application.write('package.json', '{ "private": true, "type": "module" }'),
    ]);
    return application;
  }

  async write(file: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), content);
  }

  /** Only what the application declares: an import of anything else does not resolve. */
  async install(name: string): Promise<void> {
    const place = join(this.folder, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(repository, 'node_modules', name), place);
  }

  async run(script: string, args: string[]): Promise<void> {
    const node = [join(repository, 'node_modules', script), ...args];
    const { NODE_ENV: _, ...env } = process.env;
    await run(process.execPath, node, { cwd: this.folder, env }).catch(({ stdout, stderr, message }) => {
      throw new Error(`${message}\n${stdout}${stderr}`);
    });
  }

  async typeCheck(): Promise<void> {
    await this.run('typescript/bin/tsc', ['--project', '.', '--types', '']);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
