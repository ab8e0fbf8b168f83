// A far end in a process of its own that answers every call, keeps it, and sends audio to where each was answered: 50
// packets of G.711 a second and call. Told the number of calls to wait for; tells when it has them, and what it has sent.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const PACKET_MS = 20;
const HEADER_BYTES = 12;
const sip = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
sip.bind(0, '127.0.0.1');
await once(sip, 'listening');
const rtp = createSocket({ type: 'udp4', sendBufferSize: 4_000_000 });
rtp.bind(0, '127.0.0.1');
await once(rtp, 'listening');

const header = (text, name) => new RegExp(`^${name}:[^\\r]*`, 'im').exec(text)?.[0] ?? '';
const calls = new Map();
let isSending = false;
let sent = 0;

function answer(text, status, { extra = '', body = '', tag = '' } = {}) {
  const to = header(text, 'To');
  return [
    `SIP/2.0 ${status}`,
    ...text.split('\r\n').filter((line) => /^(via|record-route):/i.test(line)),
    header(text, 'From'),
    /;tag=/.test(to) ? to : `${to}${tag}`,
    header(text, 'Call-ID'),
    header(text, 'CSeq'),
    `${extra}Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

function onInvite(text) {
  const callId = header(text, 'Call-ID');
  const port = Number(/^m=audio (\d+)/m.exec(text)?.[1]);
  if (!calls.has(callId)) calls.set(callId, { port, sequence: 0, ssrc: calls.size + 1 });
  const body = [
    'v=0',
    'o=peer 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${rtp.address().port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n');
  const extra = `Contact: <sip:peer@127.0.0.1:${sip.address().port}>\r\nContent-Type: application/sdp\r\n`;
  return answer(text, '200 OK', { extra, body, tag: `;tag=p${calls.get(callId).ssrc}` });
}

sip.on('message', (datagram, { address, port }) => {
  const text = datagram.toString('latin1');
  const [method] = text.split(' ', 1);
  let reply;
  if (method === 'INVITE') reply = onInvite(text);
  // The transfer never comes to an end: that keeps the call.
  else if (method === 'REFER') {
    reply = answer(text, '202 Accepted', { extra: `Contact: <sip:peer@127.0.0.1:${sip.address().port}>\r\n` });
  } else if (method === 'BYE') {
    calls.delete(header(text, 'Call-ID'));
    reply = answer(text, '200 OK');
  } else if (method === 'OPTIONS') reply = answer(text, '200 OK', { tag: ';tag=o' });
  if (reply) sip.send(reply, port, address);
});

/** Each tick of a millisecond sends its twentieth of the calls, so that packets come as evenly as they do from a network. */
function startSending(targets) {
  const packet = Buffer.alloc(HEADER_BYTES + 160, 0xd5);
  const streams = targets.map((port, index) => ({ port, ssrc: index + 1, sequence: 0 }));
  const startedAt = performance.now();
  let done = 0;
  isSending = true;
  const tick = () => {
    if (!isSending) return;
    const due = Math.floor(((performance.now() - startedAt) / PACKET_MS) * streams.length);
    for (; done < due; done++) {
      const stream = streams[done % streams.length];
      packet.writeUInt16BE(0x8000, 0);
      packet.writeUInt16BE(stream.sequence & 0xffff, 2);
      packet.writeUInt32BE((stream.sequence * 160) >>> 0, 4);
      packet.writeUInt32BE(stream.ssrc, 8);
      stream.sequence++;
      rtp.send(Buffer.from(packet), stream.port, '127.0.0.1');
      sent++;
    }
    setTimeout(tick, 1);
  };
  tick();
}

process.on('message', (message) => {
  if (message.type === 'calls') process.send({ type: 'calls', count: calls.size });
  if (message.type === 'send') {
    sent = 0;
    startSending(message.ports ?? [...calls.values()].map(({ port }) => port));
  }
  if (message.type === 'stop') {
    isSending = false;
    process.send({ type: 'sent', sent });
  }
  if (message.type === 'end') process.exit(0);
});
process.send({ type: 'ready', sipPort: sip.address().port });
