/** Answers `POST /` with `{ "features": [5.1, 3.5, 1.4, 0.2] }` by the three shares. Runs on Node 20.16 and later. */
import { createServer } from 'node:http';
import { ChipError, load } from '@tessera-dnn/chip';

const chip = await load(new URL('net.wasm', import.meta.url));

/** The status and the body of an answer. */
function answerTo(body) {
  try {
    const { output } = chip.run('classify', { features: Float32Array.from(JSON.parse(body).features) });
    return [200, { shares: [...output] }];
  } catch (error) {
    const isTheirs = error instanceof ChipError || error instanceof SyntaxError || error instanceof TypeError;
    return [isTheirs ? 400 : 500, { error: error.message }];
  }
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const [status, answer] = answerTo(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
server.listen(Number(process.env['PORT'] ?? 3000), () => console.log(server.address().port));
