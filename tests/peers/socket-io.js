// The stock socket.io-client for one test: says {"port":0} when it is there, then what happens to it as lines of JSON; does what lines
// of JSON on standard input say, and ends when standard input ends.
//   node socket-io.js ADDRESS OPTIONS
//   {"do":"connect"|"disconnect"|"connect-twice"}   {"do":"auth","auth":{…}}   {"do":"cut"} (its line, as a network would)
//   {"do":"emit","event":"x","args":[…],"binary":BYTES?,"ack":true?}
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [address, options] = [process.argv[2], JSON.parse(process.argv[3] ?? '{}')];
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const socket = io(address, { reconnectionDelay: 50, reconnectionDelayMax: 200, ...options, autoConnect: false });

say({ port: 0 });
const transport = () => socket.io.engine?.transport?.name;
socket.on('connect', () => {
  say({ connected: socket.id, recovered: socket.recovered, transport: transport(), engine: socket.io.engine.id });
});
socket.io.on('open', () => socket.io.engine.once('upgrade', () => say({ upgraded: transport() })));
socket.on('connect_error', (error) => say({ refused: error.message, data: error.data ?? null, active: socket.active }));
socket.on('disconnect', (reason) => say({ disconnected: reason, active: socket.active }));
socket.onAny((event, ...args) => say({ event, args }));
socket.io.on('ping', () => say({ ping: true }));

const deeds = {
  connect: () => socket.connect(),
  'connect-twice': () => { socket.connect(); socket.io.once('open', () => socket.connect()); },
  disconnect: () => socket.disconnect(),
  cut: () => socket.io.engine.close(),
  auth: ({ auth }) => { socket.auth = auth; },
  emit: ({ event, args = [], binary, ack }) => {
    const all = binary ? [...args, Buffer.alloc(binary, 7)] : args;
    if (ack) socket.emit(event, ...all, (...answer) => say({ ack: answer }));
    else socket.emit(event, ...all);
  },
};
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => { const told = JSON.parse(line); deeds[told.do](told); });
lines.on('close', () => process.exit(0));
