// A real SMTP server for one test: says {"port":…} when it listens and then every mail as a line of JSON on standard
// output; ends when standard input ends.
//   node smtp.js [--user NAME --password WORD]
//     [--busy N]                   refuse the first N mails to each recipient with 451 (try again)
//     [--refuse WORD]              refuse recipients whose address holds the word with 550 (never)
//     [--cert FILE --key FILE]     offer STARTTLS with this certificate; with --implicit be encrypted from the first byte
//     [--ascii]                    do not know SMTPUTF8
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

const option = (name) => {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const busy = Number(option('busy') ?? 0);
const refused = new Map();

const has = (name) => process.argv.includes('--' + name);
const tls = option('cert') ? { cert: readFileSync(option('cert')), key: readFileSync(option('key')) } : undefined;
const disabledCommands = [...(tls ? [] : ['STARTTLS']), ...(option('user') ? [] : ['AUTH'])];

const server = new SMTPServer({
  ...tls,
  disabledCommands,
  secure: has('implicit'),
  hideSMTPUTF8: has('ascii'),
  allowInsecureAuth: true,
  authOptional: !option('user'),
  onAuth: (auth, session, done) =>
    auth.username === option('user') && auth.password === option('password')
      ? done(null, { user: auth.username }) : done(new Error('wrong password')),
  onRcptTo: (address, session, done) => {
    if (!option('refuse') || !address.address.includes(option('refuse'))) return done();
    const never = new Error('no such mailbox');
    never.responseCode = 550;
    done(never);
  },
  onData: (stream, session, done) => {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => {
      const recipient = session.envelope.rcptTo[0].address;
      const before = refused.get(recipient) ?? 0;
      if (before < busy) {
        refused.set(recipient, before + 1);
        const later = new Error('busy, try again');
        later.responseCode = 451;
        return done(later);
      }
      say({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map((r) => r.address),
        user: session.user ?? null,
        secure: session.secure,
        connection: session.id,
        raw: Buffer.concat(parts).toString('utf8'),
      });
      done();
    });
  },
});
server.on('error', (failure) => say({ error: String(failure) }));
const listening = server.listen(0, '127.0.0.1', () => say({ port: listening.address().port }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
