/** Runs in the browser: the page that trains, its button pressed; then what it says at last. */
import { marks } from '../../../tools/browser/marks.ts';

document.documentElement.innerHTML = await (await fetch('/train.html')).text();
await import('../train.ts');

const button = document.querySelector('button')!;
performance.mark(marks.begin);
await new Promise<void>(resolve => {
  new MutationObserver(() => button.textContent === 'Train again' && resolve()).observe(button, { childList: true });
  button.click();
});
performance.mark(marks.end);

const rows = [...document.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent));
const threads = document.querySelector('#threads')?.textContent;
await fetch('/result', { method: 'POST', body: JSON.stringify({ threads, rows }) });
