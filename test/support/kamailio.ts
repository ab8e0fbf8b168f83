import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

/** `kamailio` and `kamailio-tls-modules` of Debian. In CI its absence is a failure, elsewhere the tests are left out. */
export const hasKamailio = spawnSync('kamailio', ['-v']).error === undefined;

/** The same for `kamailio-presence-modules`. */
export const hasPresenceServer =
  hasKamailio && globSync('/usr/lib/*/kamailio/modules/presence_dialoginfo.so').length > 0;
/** Empty tables, a part of Debian's `kamailio`. */
const TABLES = '/usr/share/kamailio/dbtext/kamailio';

const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));

/** A server of test/fixtures/kamailio that can die and come back. */
export class Kamailio {
  private child: ChildProcess | null = null;
  private complaints = '';

  private constructor(
    private readonly folder: string,
    /** Of UDP and TCP. */
    readonly port: number,
    readonly tlsPort: number,
  ) {}

  /**
   * A registrar and proxy with digest.
   * @param farEndPort where calls go, UDP
   */
  static start(farEndPort: number): Promise<Kamailio> {
    return Kamailio.open('proxy', { FAR_END_PORT: String(farEndPort) });
  }

  /** A presence server for the dialog event package, with digest for those who watch and none for those who publish. */
  static startPresence(): Promise<Kamailio> {
    return Kamailio.open('presence', {});
  }

  private static async open(config: string, words: Readonly<Record<string, string>>): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-kamailio-'));
    const kamailio = new Kamailio(folder, await freePort(), await freePort());
    const tables = join(folder, 'tables');
    cpSync(TABLES, tables, { recursive: true });
    const all: Readonly<Record<string, string>> = {
      SIP_PORT: String(kamailio.port),
      TLS_PORT: String(kamailio.tlsPort),
      CERT_FILE: fixture('tls/cert.pem'),
      KEY_FILE: fixture('tls/key.pem'),
      TABLES: tables,
      ...words,
    };
    let text = readFileSync(fixture(`kamailio/${config}.cfg`), 'utf8');
    for (const [word, value] of Object.entries(all)) text = text.replaceAll(word, value);
    writeFileSync(kamailio.configFile, text);
    await kamailio.comeBack();
    return kamailio;
  }

  /** Resolves when it answers. It has forgotten who was registered, and who watched whom. */
  async comeBack(): Promise<void> {
    const { folder } = this;
    const child = spawn(
      'kamailio',
      ['-DD', '-E', '-f', this.configFile, '-Y', folder, '-P', join(folder, 'pid'), '-m', '64', '-M', '8'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.complaints = (this.complaints + chunk.toString()).slice(-5_000)));
    while (!(await this.answers())) {
      if (child.exitCode !== null) throw new Error(`Kamailio ended: ${this.complaints}`);
    }
  }

  /** As a power failure would. */
  async die(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const ended = once(child, 'close');
    // The workers are in a process group of their own making, and would answer for as long as they miss nobody.
    const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
    for (const pid of [child.pid, ...workers]) process.kill(pid, 'SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.die();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get configFile(): string {
    return join(this.folder, 'kamailio.cfg');
  }

  private async answers(): Promise<boolean> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const asked = [
      `OPTIONS sip:127.0.0.1:${this.port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bKready`,
      'From: <sip:test@127.0.0.1>;tag=ready',
      `To: <sip:127.0.0.1:${this.port}>`,
      'Call-ID: ready',
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ];
    socket.send(asked.join('\r\n'), this.port, '127.0.0.1');
    const answered = once(socket, 'message').then(() => true);
    const isReady = await Promise.race([answered, setTimeout(100, false)]);
    socket.close();
    return isReady;
  }
}
