/** `tessera explore`: what it serves, and that it ends. */
import { expect, it } from 'vitest';
import { serveExplorer } from '../src/explore/server.ts';
import { place } from './command.ts';

it('serves the page, its scripts and the text, to this machine', async () => {
  const here = place({ 'net.dnn': 'model m(x: f32[4]) {\n  relu(x)\n}\n' });
  const site = new Map([['explorer.js', new TextEncoder().encode('1')]]);
  const served = await serveExplorer(
    { site, source: () => ({ text: here.read('net.dnn').toString() }), watched: [`${here.path}/net.dnn`] },
    0,
  );
  try {
    const get = (name: string) => fetch(new URL(name, served.address));
    const page = await get('');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('src="explorer.js"');
    expect(await (await get('explorer.js')).text()).toBe('1');
    expect((await get('../package.json')).status).toBe(404);
    const events = (await get('events')).body!.pipeThrough(new TextDecoderStream()).getReader();
    await events.read();
    here.write('net.dnn', 'model m(x: f32[8]) {\n  relu(x)\n}\n');
    expect((await events.read()).value).toContain('event: changed');
    expect(await (await get('source.json')).json()).toEqual({ text: expect.stringContaining('f32[8]') });
    await events.cancel();
  } finally {
    served.close();
  }
});

it('ends when it is asked to, and refuses what the page does not know', async () => {
  const here = place({ 'net.dnn': 'model m(x: f32[4]) {\n  relu(x)\n}\n' }, { onInterrupt: stop => stop() });
  const { code, out, err } = await here.tessera('explore', 'net.dnn', '--chip', 'gc2');
  expect({ code, err }).toEqual({ code: 130, err: '' });
  expect(out).toMatch(/^net\.dnn is explored at http:\/\/localhost:\d+\/; Ctrl-C ends it$/m);
  expect((await here.tessera('explore', 'net.dnn', '--weights', 'w.safetensors')).code).toBe(2);
  expect((await here.tessera('explore', 'none.dnn')).err).toContain('no-such-file');
  expect((await here.tessera('explore', 'net.dnn', '--chip', 'gc3')).code).toBe(1);
});
