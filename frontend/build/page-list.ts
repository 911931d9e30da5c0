import type { Plugin } from 'vite';
import { pages } from '../src/lib/paths.ts';

/**
 * Writes `pages.json`: the addresses of the application's pages, as Actix Web writes patterns. The backend answers other
 * addresses with 404.
 */
export function pageList(): Plugin {
  return {
    name: 'page-list',
    apply: 'build',
    generateBundle() {
      const patterns = Object.values<string>(pages).map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: `${JSON.stringify(patterns, null, 2)}\n` });
    },
  };
}
