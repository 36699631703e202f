// An HBONE client by Node's http2: does what it reads as JSON lines from standard input over one
// connection and answers each with one JSON line.
//   node hbone-client.mjs HOST PORT CERTIFICATE_FOLDER
// With `-` for a folder it has no certificate and only tells whether it is served.
import http2 from 'node:http2';
import tls from 'node:tls';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [host, port, folder] = process.argv.slice(2);
const file = (name) => readFileSync(`${folder}/${name}`);
const tell = (what) => console.log(JSON.stringify(what));

// With TLS 1.3 a client is through before the server has looked at its certificate: what counts is
// whether anything comes back.
if (folder === '-') {
  const socket = tls.connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  const end = (event) => { tell({ event }); process.exit(0); };
  socket.on('secureConnect', () => socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1'));
  socket.on('data', () => end('connected'));
  socket.on('error', () => end('failed'));
  socket.on('close', () => end('failed'));
  await new Promise(() => {});
}

const session = http2.connect(`https://${host}:${port}`, {
  cert: file('cert-chain.pem'), key: file('key.pem'), ca: file('root-cert.pem'),
  rejectUnauthorized: true,
  minVersion: 'TLSv1.3',
  ALPNProtocols: ['h2'],
  // Mesh certificates name an identity, not a host.
  checkServerIdentity: () => undefined,
});
let told = false;
const failed = (error) => {
  if (!told) tell({ event: 'failed', error: String(error?.code ?? error ?? 'closed') });
  told = true;
};
session.on('error', failed);
session.on('close', failed);
session.on('goaway', (code) => tell({ event: 'goaway', code }));
session.once('remoteSettings', (settings) => {
  const socket = session.socket;
  told = true;
  tell({
    event: 'connected',
    protocol: socket.getProtocol(),
    alpn: session.alpnProtocol,
    cipher: socket.getCipher().standardName,
    names: socket.getPeerCertificate().subjectaltname,
    settings,
  });
});

function tunnel({ authority, method = 'CONNECT', path, headers = {}, send }) {
  return new Promise((resolve) => {
    const head = { ':method': method, ':authority': authority, ...headers };
    if (method !== 'CONNECT') Object.assign(head, { ':scheme': 'https', ':path': path ?? '/' });
    const stream = session.request(head, { endStream: false });
    const chunks = [];
    const answer = { status: 0, headers: {}, body: '', reset: 0 };
    stream.on('response', (got) => {
      answer.status = got[':status'];
      answer.headers = { ...got };
      if (answer.status === 200 && send !== undefined) stream.end(send);
    });
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('close', () => {
      answer.reset = stream.rstCode;
      answer.body = Buffer.concat(chunks).toString('latin1');
      resolve(answer);
    });
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  const all = Array.from({ length: task.times ?? 1 }, () => tunnel(task));
  tell({ event: 'answers', answers: await Promise.all(all) });
}
process.exit(0);
