/** `tessera explore`: what it serves, to whom, and that it ends. */
import { type OutgoingHttpHeaders, request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type ExplorerPages, type Serving, serveExplorer } from '../src/explore/server.ts';
import { sourcedOf } from '../src/explore/sourced.ts';
import { watchedFiles } from '../src/explore/watched.ts';
import type { Io } from '../src/io.ts';
import { place } from './command.ts';

const site = new Map([['explorer.js', new TextEncoder().encode('1')]]);

async function served(source: ExplorerPages['source'], port = 0): Promise<Serving> {
  const serving = await serveExplorer({ site, source }, port);
  if (!serving.ok) throw new Error(serving.diagnostics[0].message);
  onTestFinished(serving.value.close);
  return serving.value;
}

/** The status of a question that is sent as it stands: `fetch` tidies paths and writes the host itself. */
function statusOf(address: string, path: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<number> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers, method }, response => {
      response.resume();
      resolve(response.statusCode!);
    });
    asked.on('error', reject).end();
  });
}

/** What the page hears, from now on. */
async function eventsOf(address: string) {
  const events = (await fetch(new URL('events', address))).body!.pipeThrough(new TextDecoderStream()).getReader();
  await events.read();
  return events;
}

it('serves the page, its scripts and the text, to this machine', async () => {
  const here = place({ 'net.dnn': 'model m(x: f32[4]) {\n  relu(x)\n}\n' });
  const watched = [`${here.path}/net.dnn`];
  const { address } = await served(() => ({ content: { text: here.read('net.dnn').toString() }, watched }));
  const get = (name: string) => fetch(new URL(name, address));
  const page = await get('');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await page.text()).toContain('src="explorer.js"');
  expect(await (await get('explorer.js')).text()).toBe('1');
  const events = await eventsOf(address);
  here.write('net.dnn', 'model m(x: f32[8]) {\n  relu(x)\n}\n');
  expect((await events.read()).value).toContain('event: changed');
  expect(await (await get('source.json')).json()).toEqual({ text: expect.stringContaining('f32[8]') });
  await events.cancel();
});

it('answers nobody who calls this machine by another name, and gives nothing but its own files', async () => {
  const { address } = await served(() => ({ content: 'secret', watched: [] }));
  const { port } = new URL(address);
  const asHost = (host: string) => statusOf(address, '/source.json', { host });
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost', `localhost:1${port}`])
    expect([host, await asHost(host)]).toEqual([host, 403]);
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
    expect([host, await asHost(host)]).toEqual([host, 200]);
  for (const path of ['/../package.json', '/%2e%2e/package.json', '//etc/passwd', '/none.js'])
    expect([path, await statusOf(address, path)]).toEqual([path, 404]);
  expect(await statusOf(address, '/', {}, 'POST')).toBe(405);
  expect(await statusOf(address, '/events', {}, 'HEAD')).toBe(200);
});

it('a fault while the text is read ends the answer, not the server', async () => {
  let fault: Error | undefined;
  const { address } = await served(() => {
    if (fault) throw fault;
    return { content: 1, watched: [] };
  });
  fault = new Error('a fault of ours');
  const broken = await fetch(new URL('source.json', address));
  expect([broken.status, await broken.text()]).toEqual([500, 'a fault of ours']);
  fault = undefined;
  expect(await (await fetch(new URL('source.json', address))).json()).toBe(1);
});

it('says which it is that cannot be had, the port or the folder', async () => {
  const source = () => ({ content: 1, watched: [] });
  const { address } = await served(source);
  const taken = await serveExplorer({ site, source }, Number(new URL(address).port));
  expect(taken).toMatchObject({ ok: false, diagnostics: [{ code: 'no-port' }] });
  const { path } = place();
  const gone = await serveExplorer({ site, source: () => ({ content: 1, watched: [`${path}/none/net.dnn`] }) }, 0);
  expect(gone).toMatchObject({ ok: false, diagnostics: [{ code: 'unreadable-file' }] });
});

it('hears of the files that are followed now, and of no others beside them', async () => {
  const here = place({ 'a.dnn': '', 'b.dnn': '', 'parts/c.dnn': '' });
  const heard: string[] = [];
  let wake = () => {};
  const listening = (name: string) => {
    const files = watchedFiles(() => {
      heard.push(name);
      wake();
    });
    onTestFinished(files.close);
    return files;
  };
  const changing = async (name: string, until: string) => {
    heard.length = 0;
    here.write(name, 'model');
    while (!heard.includes(until)) await new Promise<void>(resolve => (wake = resolve));
  };
  const [first, second] = [listening('first'), listening('second')];
  for (const [files, name] of [
    [first, 'a.dnn'],
    [second, 'b.dnn'],
  ] as const)
    expect(files.follow([`${here.path}/${name}`]).ok).toBe(true);
  await changing('b.dnn', 'second');
  expect(heard).not.toContain('first');
  await changing('a.dnn', 'first');
  expect(first.follow([`${here.path}/parts/c.dnn`]).ok).toBe(true);
  await changing('parts/c.dnn', 'first');
  expect(heard).not.toContain('second');
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

it('watches what is imported now, also what is not there yet', () => {
  const text = 'import "./half.dnn"\nimport "./none/at-all.dnn"\nmodel m(x: f32[4]) {\n  half(x)\n}\n';
  const here = place({ 'net.dnn': text });
  const stream = { write: () => {}, isTerminal: false, hasColors: false, columns: 80 };
  const io: Io = { out: stream, err: stream, folder: here.path, readInput: async () => new Uint8Array() };
  const now = () => sourcedOf(io, { name: 'net.dnn', text }, {}, { settings: {} });
  const watched = [`${here.path}/net.dnn`, `${here.path}/half.dnn`];
  expect(now()).toEqual({ content: { name: 'net.dnn', text, settings: {}, files: [] }, watched });
  here.write('half.dnn', 'block half(x) {\n  x * 0.5\n}\n');
  expect(now()).toMatchObject({ content: { files: [{ path: './half.dnn', from: 'net.dnn' }] }, watched });
});
