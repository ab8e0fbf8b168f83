import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpOsccWire, OsccRefusal } from '../../src/engine/agents/oscc-wire.js';

/* What the wire would do if its guesses were right. It says nothing about a real server. */
describe('the guessed wire of OSCC', () => {
  let server: http.Server;
  let wire: HttpOsccWire;
  let asked: Record<string, unknown>[];
  let answer: (command: unknown) => unknown;

  beforeEach(async () => {
    asked = [];
    answer = () => ({ result: {} });
    server = http.createServer((request, response) => {
      void text(request).then((body) => {
        const command = JSON.parse(body) as Record<string, unknown>;
        asked.push(command);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer(command.command)));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    wire = new HttpOsccWire(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('uses the documented names of commands', async () => {
    answer = (command) => ({ result: command === 'RegisterApplication' ? { handle: 1 } : null });
    const app = await wire.register();
    await wire.logon(app, { userId: 'outdial', password: 'geheim' });
    await wire.keepAlive(app);
    await wire.unregister(app);
    const names = ['RegisterApplication', 'Logon', 'KeepAlive', 'UnregisterApplication'];
    expect(asked.map(({ command }) => command)).toEqual(names);
    expect(asked[2]).toMatchObject({ app: { handle: 1 } });
  });

  test('an answer that says no is a refusal, without what was sent', async () => {
    answer = () => ({ error: 'geheim is wrong' });
    const refusal = await wire.logon({}, { userId: 'outdial', password: 'geheim' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OsccRefusal);
    expect(String(refusal)).not.toContain('geheim');
  });

  test('asks for events one time after the other, until it is told to end', async () => {
    answer = () => ({ result: [{ type: 'manager', isInOrder: true }] });
    const aborted = new AbortController();
    let events = 0;
    for await (const event of wire.events({}, aborted.signal)) {
      expect(event.type).toBe('manager');
      if (++events === 3) aborted.abort();
    }
    expect(asked).toHaveLength(3);
  });
});
