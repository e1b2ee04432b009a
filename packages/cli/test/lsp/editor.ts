/** An editor that speaks the protocol's own messages, byte for byte, with a server in the same process. */
import { PassThrough } from 'node:stream';
import { serveStreams } from '../../src/lsp/start.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** One editor and its server. `log` has all messages of the server. */
export class Editor {
  readonly log: Message[] = [];
  readonly #toServer = new PassThrough();
  readonly #waiting = new Set<() => void>();
  #next = 1;

  constructor() {
    const fromServer = new PassThrough();
    let received = Buffer.alloc(0);
    fromServer.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      for (;;) {
        const head = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(received.toString('latin1'));
        const length = Number(head?.[1]);
        if (head === null || received.length < head[0].length + length) break;
        this.#receive(JSON.parse(received.subarray(head[0].length, head[0].length + length).toString('utf8')));
        received = received.subarray(head[0].length + length);
      }
    });
    void serveStreams(this.#toServer, fromServer);
  }

  /** What the server answers; rejects with its error. */
  async ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    this.#send({ id, method, params });
    const answer = await this.until(message => message.id === id && message.method === undefined);
    if (answer.error !== undefined) throw new Error(answer.error.message);
    return answer.result;
  }

  /** Tells something that has no answer. */
  tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** The first message after the first `since` ones that is so, as soon as there is one. */
  async until(isSo: (message: Message) => boolean, since = 0): Promise<Message> {
    for (;;) {
      const found = this.log.slice(since).find(isSo);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#toServer.end();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#toServer.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(message: Message): void {
    this.log.push(message);
    if (message.method !== undefined && message.id !== undefined) this.#send({ id: message.id, result: null });
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
