/// <reference types="vitest/config" />
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstLoadBudget } from './build/first-load-budget.ts';
import { pageList } from './build/page-list.ts';
import { precompress } from './build/precompress.ts';
import { sourceBase } from './build/source-base.ts';

const backend = process.env['BACKEND_URL'] ?? 'http://127.0.0.1:6002';

export default defineConfig({
  define: { __SOURCE_BASE__: JSON.stringify(sourceBase(join(import.meta.dirname, '..'))) },
  plugins: [react(), firstLoadBudget({ limit: 90_500 }), pageList(), precompress()],
  server: {
    port: 6001,
    strictPort: true,
    // The Host header stays localhost:6001: cookies, redirects and the backend's origin checks see the public URL.
    proxy: { '/api': { target: backend, changeOrigin: false } },
  },
  build: {
    // Every asset is a file of its own: the Content-Security-Policy allows no inline style, script or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // A test that passes in a second on a quiet machine must not fail on a busy one.
    testTimeout: 20_000,
  },
});
