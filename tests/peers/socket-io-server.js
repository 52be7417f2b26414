// The stock socket.io server, for the benchmark beside ours: says {"port":…}; a client's auth names its room.
// POST /emit {room, event, args}
// sends to a room. Ends with standard input.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer((request, response) => {
  if (request.url !== '/emit') return response.writeHead(404).end();
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { room, event, args } = JSON.parse(Buffer.concat(parts));
    io.to(room).emit(event, ...args);
    response.writeHead(204).end();
  });
});
const io = new Server(http, { connectionStateRecovery: {} });
io.on('connection', (socket) => socket.join(socket.handshake.auth.room));
http.listen(0, '127.0.0.1', 16384, () => process.stdout.write(JSON.stringify({ port: http.address().port }) + '\n'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
