// A queue of FreeSWITCH's mod_callcenter, as the event socket tells of it.
import { startTcpPeer } from './tcp-peer.mjs';

const QUEUE = 'sales@default';

const withBody = (type, body) => `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: ${type}\n\n${body}`;

/** Its agents are in calls of the queue at first. */
export async function startEslPeer({ agents, useSource }) {
  const states = new Map(Array.from({ length: agents }, (_, index) => [`agent-${index}`, 'In a queue call']));
  const rowsOf = (list) => {
    if (list === 'queue list') return [{ name: QUEUE, skip_agents_with_external_calls: 'true' }];
    if (list === 'queue list agents') {
      const times = { wrap_up_time: '0', last_bridge_end: '0', ready_time: '0' };
      const common = { status: 'Available', external_calls_count: '0', ...times };
      return [...states].map(([name, state]) => ({ name, state, ...common }));
    }
    if (list === 'queue list tiers')
      return [...states.keys()].map((agent) => ({ queue: QUEUE, agent, state: 'Ready' }));
    return [];
  };
  const answerTo = (command) => {
    if (command === 'api strepoch') return withBody('api/response', String(Math.floor(Date.now() / 1000)));
    if (!command.startsWith('api json ')) return 'Content-Type: command/reply\nReply-Text: +OK\n\n';
    const { data } = JSON.parse(command.slice('api json '.length));
    return withBody('api/response', JSON.stringify({ response: rowsOf(data.arguments) }));
  };
  const { port, tell, close } = await startTcpPeer({
    greeting: 'Content-Type: auth/request\n\n',
    separator: '\n\n',
    answer: (command, write) => write(answerTo(command)),
  });
  await useSource({ freeswitchEsl: { host: '127.0.0.1', eslPort: port, password: 'bench', queueName: QUEUE } });
  return {
    set(index, isFree) {
      const name = `agent-${index}`;
      const state = isFree ? 'Waiting' : 'In a queue call';
      states.set(name, state);
      const event = {
        'Event-Name': 'CUSTOM',
        'Event-Subclass': 'callcenter::info',
        'Event-Date-Timestamp': String(Date.now() * 1000),
        'CC-Action': 'agent-state-change',
        'CC-Agent': name,
        'CC-Agent-State': state,
      };
      tell(withBody('text/event-json', JSON.stringify(event)));
    },
    close,
  };
}
