/** Runs in the browser: the page that writes, its button pressed twice from the same text. Returns what it wrote. */
export async function writeTwice(): Promise<readonly string[]> {
  document.documentElement.innerHTML = await (await fetch('/write.html')).text();
  await import('../write.ts');
  const [button, text] = [document.querySelector('button')!, document.querySelector('textarea')!];
  const texts: string[] = [];
  for (let time = 0; time < 2; time++) {
    text.value = 'block dense(';
    await new Promise<void>(resolve => {
      new MutationObserver(() => button.textContent === 'Write' && resolve()).observe(button, { childList: true });
      button.click();
    });
    texts.push(text.value);
  }
  return texts;
}
