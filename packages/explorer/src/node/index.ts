export { reportHtml } from './report-html.ts';
export { explorerFiles, siteFiles } from './site-files.ts';
