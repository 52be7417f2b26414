// Receives webhooks for one test and checks them with the real library of Standard Webhooks: says {"port":…}, then each call as a line of
// JSON. Lines on standard input say how it answers: {"secret":"whsec_…"} (several, the last one checks first), {"answers":[500,200]} for
// the next calls (200 when none is left), {"refuse":"order_updated"} with 400 always, {"hang":true} not at all. Ends with standard input.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const state = { secret: undefined, answers: [], refuse: undefined, hang: false, headers: {} };

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString('utf8');
    let verified = false, why;
    try {
      new Webhook(state.secret).verify(body, request.headers);
      verified = true;
    } catch (error) {
      why = String(error.message);
    }
    const event = JSON.parse(body);
    const refused = state.refuse && event.event === state.refuse;
    const status = refused ? 400 : state.answers.shift() ?? 200;
    say({
      call: event.seq, event: event.event, type: event.type, timestamp: event.timestamp, data: event.data,
      id: request.headers['webhook-id'],
      signatures: request.headers['webhook-signature'].split(' ').length, verified, why, status, path: request.url,
    });
    if (state.hang) return;
    response.writeHead(status, state.headers);
    response.end('thank you');
  });
});
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => Object.assign(state, JSON.parse(line)));
lines.on('close', () => process.exit(0));
