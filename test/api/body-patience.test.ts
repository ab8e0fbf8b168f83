import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { bodyPatience } from '../../src/api/body-patience.js';
import { FakeClock } from '../support/fake-clock.js';

const UPLOAD = 'multipart/form-data; boundary=x';
const JSON_BODY = 'application/json';

describe('the body of a request', () => {
  let clock: FakeClock;
  let server: http.Server;
  /** Bytes of bodies that the server has taken in. */
  let received: number;
  let moreReceived: () => void;

  beforeEach(async () => {
    clock = new FakeClock(new Date('2026-01-01T00:00:00Z'));
    received = 0;
    moreReceived = () => undefined;
    const app = express();
    app.use(bodyPatience(clock), (request, response) => {
      request.on('data', (piece: Buffer) => {
        received += piece.length;
        moreReceived();
      });
      request.on('end', () => response.end('taken'));
      request.resume();
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  function send(contentType: string): {
    readonly write: (text: string) => Promise<void>;
    readonly end: () => Promise<string>;
  } {
    const { port } = server.address() as AddressInfo;
    const request = http.request({ port, method: 'POST', headers: { 'content-type': contentType } });
    const answer = new Promise<string>((done, failed) => {
      request.on('error', failed).on('response', (response) => {
        response.setEncoding('utf8').on('data', done);
      });
    });
    answer.catch(() => undefined);
    return {
      write: async (text) => {
        const wanted = received + text.length;
        request.write(text);
        while (received < wanted) await new Promise<void>((done) => (moreReceived = done));
      },
      end: () => {
        request.end();
        return answer;
      },
    };
  }

  test('of an upload may take any time, as long as some of it comes', async () => {
    const upload = send(UPLOAD);
    for (let minute = 0; minute < 15; minute++) {
      await upload.write('some of it');
      await clock.advance(59_000);
    }
    expect(await upload.end()).toBe('taken');
    expect(clock.timerCount()).toBe(0);
  });

  test('of an upload that stands still for more than a minute ends the connection', async () => {
    const upload = send(UPLOAD);
    await upload.write('some of it');
    await clock.advance(120_000);
    await expect(upload.end()).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/);
    expect(clock.timerCount()).toBe(0);
  });

  test('of anything else has to be there in two minutes, however much of it comes', async () => {
    const trickle = send(JSON_BODY);
    for (let second = 0; second < 119; second++) {
      await trickle.write(' ');
      await clock.advance(1000);
    }
    await clock.advance(1000);
    await expect(trickle.end()).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/);
  });

  test('is not waited for where there is none', async () => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await response.text()).toBe('taken');
    expect(clock.timerCount()).toBe(0);
  });
});
