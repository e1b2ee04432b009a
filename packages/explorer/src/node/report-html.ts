/** A report: one file with the views, and what they show, in it. */
import { encode } from '../data/codec.ts';
import type { Explored } from '../data/explored.ts';
import { siteFiles } from './site-files.ts';

/** The page as HTML. It asks for nothing from elsewhere, and says so to the browser. */
export async function reportHtml(explored: Explored): Promise<string> {
  const files = await siteFiles();
  const textOf = (name: string) => Buffer.from(files.get(name) ?? []).toString('utf8');
  const data = Buffer.from(await encode(explored)).toString('base64');
  const { source, chip } = explored.memory;
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(`${source} on ${chip.name}`)}</title>`,
    '<!-- Charts: uPlot, copyright Leon Sorokin, MIT licence. -->',
    `<style>${textOf('style.css').trim()}</style>`,
    '<body><noscript>This page draws what it shows with a script.</noscript>',
    `<script type="text/plain" id="explored">${data}</script>`,
    `<script type="module">${textOf('report.js').trim().replaceAll('</script', '<\\/script')}</script>`,
    '</html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, character => entities[character]);
}
