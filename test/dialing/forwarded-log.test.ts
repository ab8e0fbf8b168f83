import { describe, expect, test } from '@jest/globals';
import { ForwardedLog } from '../../src/dialing/forwarded-log.js';
import type { LogLine } from '../../src/dialing/messages.js';
import { createLogger } from '../../src/logger.js';

describe('the log of another thread', () => {
  /** What stands in the file, after the way from one thread to the other. */
  function write(level: 'debug' | 'info' | 'silent', say: (log: ForwardedLog) => void): Record<string, unknown>[] {
    const written: string[] = [];
    const root = createLogger('debug', { write: (line) => void written.push(line) }, false);
    const post = (line: LogLine): void => {
      const { level, fields, message } = structuredClone(line);
      root[level](fields, message);
    };
    say(new ForwardedLog(post, level));
    return written.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test('has the level, the fields, those of its component, and the message', () => {
    const lines = write('info', (log) => {
      log
        .child({ component: 'sip' })
        .child({ attemptId: 'an id' })
        .warn({ sipStatus: 503, at: new Date(0) }, 'refused');
    });
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ level: 40, component: 'sip', attemptId: 'an id', sipStatus: 503, msg: 'refused' },
        at: '1970-01-01T00:00:00.000Z',
      }),
    ]);
  });

  test('sends nothing below its level', () => {
    const say = (log: ForwardedLog): void => {
      log.debug({}, 'detail');
      log.info({}, 'news');
    };
    expect(write('debug', say)).toHaveLength(2);
    expect(write('info', say)).toHaveLength(1);
    expect(write('silent', say)).toHaveLength(0);
  });

  test('tells of an error what it is, where it comes from, and what caused it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const [line] = write('info', (log) => {
      log.error({ err: new TypeError('no answer', { cause }) }, 'database does not answer');
    });
    expect(line).toMatchObject({
      level: 50,
      err: {
        ...{ type: 'TypeError', message: 'no answer', stack: expect.stringContaining('forwarded-log.test') },
        cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    });
  });

  test('is as discreet as that of the main thread', () => {
    const [line] = write('info', (log) => {
      log.info({ settings: { password: 'the secret' }, err: new Error('calling +5541999990000 failed') }, 'call');
    });
    expect(JSON.stringify(line)).not.toMatch(/the secret|5541999990000/);
  });

  test('takes whatever it is given: functions are left out', () => {
    const [line] = write('info', (log) => log.info({ count: 12n, run: () => undefined }, 'odd'));
    expect(line).toMatchObject({ count: '12' });
    expect(line).not.toHaveProperty('run');
  });
});
