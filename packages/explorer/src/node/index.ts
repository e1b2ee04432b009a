export { reportHtml } from './report-html.ts';
export { siteFiles } from './site-files.ts';
