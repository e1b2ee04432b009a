/** Serves the three pages, from the packages' sources. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** With these, a page is isolated from others, and its threads may share memory. A real server has to send them, too. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  resolve: { conditions: ['@tessera/source', 'module', 'browser', 'import', 'default'] },
  server: { headers },
  preview: { headers },
  build: {
    target: 'es2023',
    rolldownOptions: { input: ['index.html', 'train.html', 'write.html'].map(page => join(import.meta.dirname, page)) },
  },
});
