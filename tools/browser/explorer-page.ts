/** A report in a frame: somebody looks around in it by keys and clicks, and tells what is to be seen. */

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

async function opened(): Promise<Document & { readonly defaultView: Window & typeof globalThis }> {
  const frame = document.createElement('iframe');
  frame.srcdoc = await (await fetch('/report.html')).text();
  frame.style.cssText = 'width:1400px;height:900px;border:0';
  document.body.append(frame);
  while (!frame.contentDocument?.querySelector('canvas')) await new Promise(resolve => setTimeout(resolve, 20));
  return frame.contentDocument as Awaited<ReturnType<typeof opened>>;
}

async function seen(): Promise<Seen> {
  const page = await opened();
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

seen().then(
  result => fetch('/result', { method: 'POST', body: JSON.stringify(result) }),
  error => fetch('/result', { method: 'POST', body: JSON.stringify({ error: String(error) }) }),
);
