import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/**
 * Fails the build when the JavaScript that the first page needs (the entry and all it imports statically)
 * is larger than `limit` bytes gzipped. What is imported with `import()` loads later and is only reported.
 */
export function firstLoadBudget({ limit }: { limit: number }): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const first = firstLoad(chunks);
      const later = chunks.filter((chunk) => !first.has(chunk));
      const size = gzippedSize([...first]);
      const report = `first load ${kB(size)} of ${kB(limit)} JavaScript gzipped, ${kB(gzippedSize(later))} later`;
      if (size > limit) this.error(`over budget: ${report}`);
      this.info(report);
    },
  };
}

function firstLoad(chunks: Rolldown.OutputChunk[]): Set<Rolldown.OutputChunk> {
  const found = new Set(chunks.filter((chunk) => chunk.isEntry));
  // A set is walked in order of insertion, chunks added on the way included.
  for (const chunk of found) {
    for (const imported of chunks.filter((other) => chunk.imports.includes(other.fileName))) found.add(imported);
  }
  return found;
}

function gzippedSize(chunks: Rolldown.OutputChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
