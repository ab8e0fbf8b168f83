// A queue of Asterisk, as the manager interface tells of it.
import { startTcpPeer } from './tcp-peer.mjs';

const QUEUE = 'sales';
const NOT_IN_USE = 1;
const IN_USE = 2;

const encode = (fields) =>
  `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\r\n`)
    .join('')}\r\n`;

/** Its members are in use at first. */
export async function startAmiPeer({ agents, useSource }) {
  const members = Array.from({ length: agents }, (_, index) => ({ id: `PJSIP/${100 + index}`, status: IN_USE }));
  const stateOf = ({ status }) => ({ Status: status, Paused: 0, InCall: 0, LastCall: 0, Wrapuptime: 0 });
  const act = (say, { Action, ActionID, Variable = '' }) => {
    const reply = (fields) => say({ Response: 'Success', ActionID, ...fields });
    if (Action === 'Challenge') reply({ Challenge: '1' });
    else if (Action === 'Login') reply({ Message: 'Authentication accepted' });
    else if (Action === 'Ping') reply({ Ping: 'Pong', Timestamp: Date.now() / 1000 });
    else if (Action === 'Getvar' && Variable.startsWith('QUEUE_EXISTS')) reply({ Value: 1 });
    else if (Action === 'Getvar') reply({ Value: members.filter(({ status }) => status === NOT_IN_USE).length });
    else if (Action === 'QueueStatus') {
      reply({ EventList: 'start' });
      say({ Event: 'QueueParams', ActionID, Queue: QUEUE, Calls: 0 });
      for (const member of members) {
        say({ Event: 'QueueMember', ActionID, Queue: QUEUE, Name: member.id, Location: member.id, ...stateOf(member) });
      }
      say({ Event: 'QueueStatusComplete', ActionID, EventList: 'Complete' });
    }
  };
  const { port, tell, close } = await startTcpPeer({
    greeting: 'Asterisk Call Manager/12.0.0\r\n',
    separator: '\r\n\r\n',
    answer: (block, write) =>
      act((fields) => write(encode(fields)), Object.fromEntries(block.split('\r\n').map((line) => line.split(': ')))),
  });
  const login = { username: 'outdial', secret: 'bench' };
  await useSource({
    asteriskAmi: { host: '127.0.0.1', amiPort: port, ...login, queueName: QUEUE, wrapUpSeconds: 0 },
  });
  return {
    set(index, isFree) {
      const member = members[index];
      member.status = isFree ? NOT_IN_USE : IN_USE;
      const names = { MemberName: member.id, Interface: member.id };
      tell(encode({ Event: 'QueueMemberStatus', Queue: QUEUE, ...names, ...stateOf(member) }));
    },
    close,
  };
}
