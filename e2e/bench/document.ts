/** docs/benchmarks.md, which each kind of bench writes its own section of. */
import { readFileSync, writeFileSync } from 'node:fs';

export const DOCUMENT = 'docs/benchmarks.md';
export const CHART = 'docs/benchmarks.svg';

/** Puts a text below a heading of the second level, in the place of what was there. */
export function writeSection(heading: 'Speed' | 'Device binding' | 'APIs' | 'Scale' | 'Pages', text: string): void {
  const [head = '', ...sections] = readFileSync(DOCUMENT, 'utf8').split(/^## /m);
  const written = sections.map((section) =>
    section.startsWith(`${heading}\n`) ? `${heading}\n\n${text}\n\n` : section,
  );
  writeFileSync(DOCUMENT, `${[head, ...written].join('## ').trimEnd()}\n`);
}
