/**
 * CommonJS beside modules, file by file: `dist/cjs/index.js` for `dist/index.js`. For hosts that cannot require modules: Node before 20.19 and
 * 22.12, Jest, and TypeScript's CommonJS under `node16`.
 */
import { transformSync } from 'esbuild';

/** The folder below `dist`; its package.json says what kind its files are. */
export const commonJsFolder = 'cjs';
export const commonJsManifest: string = `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`;

/** The text of a module as CommonJS. What it loads later is required, since what surrounds it cannot import. */
export function commonJsOf(module: string): string {
  const hasUrl = module.includes('import.meta.url');
  return transformSync(module, {
    ...{ format: 'cjs', platform: 'node', target: 'node20' },
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: hasUrl ? moduleUrl : undefined,
  }).code;
}

/** The URL of a CommonJS file, with no module of Node's, which a bundle for browsers would ask for. */
const moduleUrl =
  'const moduleUrl = "file://" + encodeURI(__filename.replace(/\\\\/g, "/").replace(/^(?!\\/)/, "/")).replace(/[?#]/g, encodeURIComponent);';
