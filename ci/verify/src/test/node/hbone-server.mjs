// An HBONE server by Node's http2: answers every CONNECT with STATUS, sends back what comes in, and
// tells as JSON lines what it saw.
//   node hbone-server.mjs HOST PORT CERTIFICATE_FOLDER STATUS
import http2 from 'node:http2';
import { readFileSync } from 'node:fs';

const [host, port, folder, status] = process.argv.slice(2);
const file = (name) => readFileSync(`${folder}/${name}`);
const tell = (what) => console.log(JSON.stringify(what));

const server = http2.createSecureServer({
  cert: file('cert-chain.pem'), key: file('key.pem'), ca: file('root-cert.pem'),
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.3',
  ALPNProtocols: ['h2'],
  settings: { enableConnectProtocol: false, maxConcurrentStreams: 100 },
});
server.on('tlsClientError', (error) => tell({ event: 'refused', error: String(error.code ?? error) }));
server.on('session', (session) => session.on('close', () => tell({ event: 'closed' })));
server.on('session', (session) => session.once('remoteSettings', (settings) => {
  const socket = session.socket;
  tell({
    event: 'connected',
    protocol: socket.getProtocol(),
    alpn: session.alpnProtocol,
    servername: socket.servername || '',
    names: socket.getPeerCertificate().subjectaltname,
    settings,
  });
}));
server.on('stream', (stream, headers) => {
  const event = { event: 'stream', names: stream.session.socket.getPeerCertificate().subjectaltname, headers: { ...headers } };
  stream.on('error', () => {});
  if (status !== '200') {
    tell(event);
    stream.respond({ ':status': Number(status) }, { endStream: true });
    return;
  }
  stream.respond({ ':status': 200 });
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => {
    const body = Buffer.concat(chunks);
    tell({ ...event, bytes: body.length });
    stream.end(body);
  });
});
server.listen(Number(port), host, () => tell({ event: 'listening' }));
process.stdin.on('end', () => process.exit(0)).resume();
