// An application's webhook address on this machine, which keeps what it gets.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * Starts one on a free port: its `url`, what it `received` (headers and body), and `stop()`. It answers with `status()`
 * and `body()`.
 */
export async function startReceiver(status = () => 204, body = () => '') {
  const received = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(status()).end(body());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, received, stop };
}
