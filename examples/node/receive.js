// Receives webhooks. They come at least once and in no order, so each is taken as a knock: verified, answered at
// once, and followed by a sync, which reads what happened in order.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { connect } from './client.js';
import { EVENTS } from './copy.js';
import { sync } from './sync.js';

const PATH = '/webhooks';
const workos = connect();
let secret;

const server = createServer(async (request, response) => {
  const known = request.method === 'POST' && request.url === PATH;
  const status = known ? await receive(request) : 404;
  response.writeHead(status).end();
  if (status < 300) catchUp();
});

/** Verifies a webhook; gives the status to answer. */
async function receive(request) {
  try {
    // The bytes as they came: the signature is over them.
    const payload = await buffer(request);
    const sigHeader = request.headers['workos-signature'] ?? '';
    const event = await workos.webhooks.constructEvent({ payload, sigHeader, secret });
    console.log(`received ${event.event} ${event.id}`);
    return 204;
  } catch (error) {
    console.error(`refused a webhook: ${error.message}`);
    return 400;
  }
}

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', async () => {
  const url = process.env.WEBHOOK_URL ?? `http://127.0.0.1:${server.address().port}${PATH}`;
  secret = await subscribe(url);
  console.log(`receiving webhooks at ${url}`);
  // What happened while nobody listened.
  catchUp();
});

/** Finds the webhook endpoint of that address or makes it; gives the secret of its signatures. */
async function subscribe(endpointUrl) {
  const endpoints = await (await workos.webhooks.listWebhookEndpoints()).autoPagination();
  const known = endpoints.find((endpoint) => endpoint.endpointUrl === endpointUrl);
  return (known ?? (await workos.webhooks.createWebhookEndpoint({ endpointUrl, events: EVENTS }))).secret;
}

let running;
let again = false;

/** One sync at a time; a knock meanwhile makes for one more. */
function catchUp() {
  again = true;
  running ??= syncWhileKnocked()
    .catch((error) => console.error(`sync failed: ${error.message}`))
    .finally(() => { running = undefined; });
}

async function syncWhileKnocked() {
  while (again) {
    again = false;
    console.log(`${await sync(workos)} events applied`);
  }
}
