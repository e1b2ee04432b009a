/** A report in a frame, then the explorer: somebody looks around by keys and clicks, types, and tells what is to be seen. */

interface Seen {
  readonly status: string;
  readonly tileRows: readonly string[];
  readonly tensor: string;
  readonly lit: string;
  readonly line: string;
  readonly phase: string;
  readonly idle: string;
  readonly tile: string;
  readonly program: string;
  /** How many colours each canvas has. */
  readonly colours: readonly number[];
  readonly errors: readonly string[];
}

async function opened(html: string): Promise<Document & { readonly defaultView: Window & typeof globalThis }> {
  const frame = document.createElement('iframe');
  frame.srcdoc = html;
  frame.style.cssText = 'width:1400px;height:900px;border:0';
  document.body.append(frame);
  while (!frame.contentDocument?.querySelector('canvas')) await new Promise(resolve => setTimeout(resolve, 20));
  return frame.contentDocument as Awaited<ReturnType<typeof opened>>;
}

async function seen(): Promise<Seen> {
  const page = await opened(await (await fetch('/report.html')).text());
  const view = page.defaultView;
  const errors: string[] = [];
  view.addEventListener('error', ({ message }) => errors.push(message));
  const settled = () =>
    new Promise<void>(resolve => view.requestAnimationFrame(() => view.requestAnimationFrame(() => resolve())));
  const textOf = (selector: string) => page.querySelector(selector)?.textContent ?? '';
  const press = async (selector: string, key: string) => {
    page.querySelector(selector)?.dispatchEvent(new view.KeyboardEvent('keydown', { key, bubbles: true }));
    await settled();
  };
  const click = async (selector: string, text?: string) => {
    const found = [...page.querySelectorAll<HTMLElement>(selector)].find(
      one => text === undefined || one.textContent?.includes(text),
    );
    found?.click();
    await settled();
  };
  const colours = () =>
    [...page.querySelectorAll('canvas')].map(canvas => {
      const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
      return new Set(new Uint32Array(pixels.buffer)).size;
    });

  await settled();
  const first = {
    status: textOf('.fit'),
    colours: colours(),
    tileRows: [...page.querySelectorAll('.details tr')].map(row =>
      [...row.children]
        .slice(0, 2)
        .map(cell => cell.textContent)
        .join(' '),
    ),
  };
  await press('.map canvas', 'n');
  const tensor = textOf('.details');
  const lit = textOf('.floor footer');
  await click('.source li', 'dense(64)');
  const line = textOf('.details');
  await click('.details .close');
  await press('.timeline .u-over', '.');
  await press('.timeline .u-over', '.');
  const phase = textOf('.details');
  await click('.details .close');
  await click('.floor .chooser button', 'idle');
  const idle = textOf('.floor footer');
  await press('.floor canvas', 'ArrowRight');
  const tile = textOf('.map h2');
  await press('.map canvas', '+');
  const programs = page.querySelector('select')!;
  programs.selectedIndex = programs.length - 2;
  programs.dispatchEvent(new view.Event('change'));
  await settled();
  return { ...first, tensor, lit, line, phase, idle, tile, program: textOf('.map .note'), errors };
}

/** What the explorer shows at first, of another number of tiles, of a mistake, and of a text without it again. */
async function live() {
  const page = await opened(
    '<!doctype html><link rel="stylesheet" href="/style.css"><body><script type="module" src="/explorer.js"></script>',
  );
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise(resolve => setTimeout(resolve, 20));
  };
  const isFresh = () => page.body.dataset['stale'] === 'false';
  const shown = () => [page.querySelector('.fit')?.textContent, page.querySelector('.top .note')?.textContent];
  const type = (key: string) => page.execCommand('insertText', false, key);
  await until(() => isFresh() && page.querySelector('.uses .use b')?.textContent !== '');
  const first = shown();
  const tiles = page.querySelector<HTMLInputElement>('input[aria-label="Tiles"]')!;
  tiles.value = '8';
  tiles.dispatchEvent(new page.defaultView.Event('change'));
  await until(() => isFresh() && shown()[1]!.includes('8 tiles'));
  const fewer = shown();
  page.querySelector<HTMLElement>('.cm-content')!.focus();
  type('x');
  await until(() => page.querySelector('.problems [data-severity="error"]') !== null);
  const isMarked = !isFresh();
  page.execCommand('delete');
  await until(isFresh);
  const again = shown();
  return {
    first,
    fewer,
    isMarked,
    run: await run(page, until),
    again,
    problems: page.querySelectorAll('.problems [data-severity]').length,
  };
}

/** What a run of the text says, of its output and of a tensor before and after a phase back. */
async function run(page: Awaited<ReturnType<typeof opened>>, until: (holds: () => boolean) => Promise<void>) {
  const textOf = (selector: string) => page.querySelector(selector)?.textContent ?? '';
  const click = (selector: string) => page.querySelector<HTMLElement>(selector)!.click();
  const programs = page.querySelector('select')!;
  programs.selectedIndex = [...programs.options].findIndex(({ text }) => text === 'model net');
  programs.dispatchEvent(new page.defaultView.Event('change'));
  [...page.querySelectorAll<HTMLElement>('[role="tab"]')].find(tab => tab.textContent === 'Run')!.click();
  click('.run .primary');
  await until(() => textOf('.outputs') !== '' || textOf('.run header .note').length > 12);
  const end = { output: textOf('.outputs .note'), where: textOf('.stepping .note') };
  // The first box is that of a parameter, which is always there.
  page.querySelector('.map canvas')!.dispatchEvent(new page.defaultView.KeyboardEvent('keydown', { key: 'n' }));
  await until(() => textOf('.inspector').includes('values now'));
  const tensor = textOf('.inspector .tensor .note');
  click('[aria-label="a phase back"]');
  await until(() => textOf('.stepping .note') !== end.where);
  return { ...end, tensor, back: textOf('.stepping .note'), status: textOf('.run header .note') };
}

async function both() {
  return { ...(await seen()), live: await live() };
}

both().then(
  result => fetch('/result', { method: 'POST', body: JSON.stringify(result) }),
  error => fetch('/result', { method: 'POST', body: JSON.stringify({ error: String(error) }) }),
);
