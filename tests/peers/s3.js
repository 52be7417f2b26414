// A real server that speaks S3, for one test: says {"port":…} when it listens; ends when standard input ends.
//   node s3.js FOLDER BUCKET     refuses a key that is not S3RVER (the server does not check newer signatures)
import S3rver from 's3rver';

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true, configureBuckets: [{ name: bucket }] });
const { port } = await server.run();
process.stdout.write(JSON.stringify({ port }) + '\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
