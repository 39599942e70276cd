// An SMTP server that keeps what it is sent: RFC 5321 as far as a client needs it.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Opens it on a free port: its `url`, `next(recipient)`, which waits for the next mail to that address,
 * `clear()` and `close()`.
 */
export async function openMailbox() {
  const mails = [];
  let arrived = () => {};
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    converse(socket, (mail) => {
      mails.push(mail);
      arrived();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const take = (recipient) => {
    const at = mails.findIndex((mail) => mail.recipient === recipient);
    return at < 0 ? null : mails.splice(at, 1)[0].text;
  };
  const next = async (recipient) => {
    for (;;) {
      const mail = take(recipient);
      if (mail) return mail;
      await new Promise((resolve) => { arrived = resolve; });
    }
  };
  return { url: `smtp://127.0.0.1:${server.address().port}`, next, clear: () => mails.splice(0), close: () => server.close() };
}

/** The first link in a mail. */
export function linkIn(mail) {
  return /https?:\/\/\S+/.exec(mail)[0];
}

async function converse(socket, keep) {
  const say = (line) => socket.write(`${line}\r\n`);
  let recipient = '';
  let text = null;
  say('220 mailbox');
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (text !== null && line !== '.') text.push(line.replace(/^\./, ''));
    else if (text !== null) {
      keep({ recipient, text: unquoted(text.join('\n')) });
      text = null;
      say('250 kept');
    } else if (line.startsWith('DATA')) {
      text = [];
      say('354 go on');
    } else {
      if (line.startsWith('RCPT TO')) recipient = /<(.*)>/.exec(line)[1];
      say(line.startsWith('QUIT') ? '221 bye' : '250 ok');
    }
  }
}

/** Undoes quoted-printable (RFC 2045 §6.7); other text passes unchanged. */
function unquoted(text) {
  return text.replaceAll('=\n', '').replace(/=([0-9A-F]{2})/g, (_match, hex) => String.fromCharCode(parseInt(hex, 16)));
}
