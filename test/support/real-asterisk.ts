import { once } from 'node:events';
import net from 'node:net';

/** Of the user that the source under test logs in as, and of the one that a test changes things by. */
export const ASTERISK_USERS = { source: 'outdial', control: 'control', secret: 'outdial' } as const;
export const ASTERISK_WRAP_UP_S = 3;

/**
 * The configuration of an Asterisk with the queue `sales`, whose members Eva and Tom are extensions that answer by themselves.
 * Their devices are custom ones, which have the state that `setDevice` gives them.
 */
export function asteriskFiles(folder: string, amiPort: number): Readonly<Record<string, string>> {
  const { source, control, secret } = ASTERISK_USERS;
  const places = ['astetcdir', 'astlogdir', 'astdbdir', 'astspooldir'].map((name) => `${name} => ${folder}`);
  const modules = ['app_queue', 'pbx_config', 'func_devstate', 'bridge_simple'].map((name) => `load=${name}.so`);
  const member = (name: string): string => `member => Local/${name}@agents,0,${name},Custom:${name}`;
  return {
    'asterisk.conf': lines('[directories](!)', ...places, `astrundir => ${folder}/run`),
    'run/.keep': '',
    'modules.conf': lines('[modules]', 'autoload=no', ...modules),
    'extensions.conf': lines(
      ...['[agents]', 'exten => _[a-z].,1,Wait(1)', 'same => n,Answer()', 'same => n,Wait(2)', 'same => n,Hangup()'],
      ...['[callers]', 'exten => caller,1,Answer()', 'same => n,Wait(30)', 'same => n,Hangup()'],
    ),
    'queues.conf': lines(
      '[sales]',
      'strategy=rrmemory',
      `wrapuptime=${ASTERISK_WRAP_UP_S}`,
      member('eva'),
      member('tom'),
    ),
    'manager.conf': lines(
      ...['[general]', 'enabled=yes', 'bindaddr=127.0.0.1', `port=${amiPort}`],
      ...[`[${source}]`, `secret=${secret}`, 'read=agent', 'write=call,reporting'],
      ...[`[${control}]`, `secret=${secret}`, 'write=agent,call,originate,system'],
    ),
  };
}

/** Does one thing by the manager interface. Rejects if Asterisk refuses it. */
export async function asteriskDoes(amiPort: number, action: Readonly<Record<string, string>>): Promise<void> {
  const socket = net.connect(amiPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    const answered = async (fields: Readonly<Record<string, string>>, id: string): Promise<void> => {
      const text = Object.entries({ ...fields, ActionID: id }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${text.join('')}\r\n`);
      const answer = new RegExp(`Response: (\\w+)\\r\\nActionID: ${id}\\r\\n`);
      while (!answer.test(heard)) await once(socket, 'data');
      if (answer.exec(heard)?.[1] !== 'Success') throw new Error(`${fields.Action ?? ''} is refused`);
    };
    const { control, secret } = ASTERISK_USERS;
    await answered({ Action: 'Login', Username: control, Secret: secret, Events: 'off' }, 'login');
    await answered(action, 'action');
  } finally {
    socket.destroy();
  }
}

export function setDevice(amiPort: number, name: string, state: 'NOT_INUSE' | 'INUSE'): Promise<void> {
  return asteriskDoes(amiPort, { Action: 'Setvar', Variable: `DEVICE_STATE(Custom:${name})`, Value: state });
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
