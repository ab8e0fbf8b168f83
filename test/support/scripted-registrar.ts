import { createHash } from 'node:crypto';
import type { PhoneLinkOptions } from './phone-link.js';
import { type PhoneMessage, ScriptedPhone } from './scripted-phone.js';

export interface RegistrarOptions {
  /** Passwords by user name. */
  readonly users: ReadonlyMap<string, string>;
  readonly algorithm?: 'MD5' | 'SHA-256';
  readonly qop?: boolean;
  /** How it asks for credentials; default 401. */
  readonly challenge?: 401 | 407;
  readonly link?: Partial<PhoneLinkOptions>;
}

export interface Binding {
  readonly contact: string;
  readonly callId: string;
  readonly cseq: number;
}

/** A registrar that checks digests by arithmetic of its own, and does what a test tells it. */
export class ScriptedRegistrar {
  readonly bindings = new Map<string, Binding>();
  /** Seconds that it grants. */
  expires = 600;
  /** Where it writes what it grants. */
  grantsBy: 'contact' | 'expires-header' | 'nothing' = 'contact';
  /** Below it a REGISTER gets 423. */
  minExpires = 0;
  /** In place of all else, with header lines; null: as usual. */
  answer: { readonly status: number; readonly headers?: readonly string[] } | null = null;
  isSilent = false;
  /** Challenges that call the nonce stale, before the nonce is taken. */
  staleNonces = 0;
  answersOptions = true;
  private nonce = 'nonce-0';
  private nonces = 0;

  private constructor(
    readonly phone: ScriptedPhone,
    private readonly options: RegistrarOptions,
  ) {
    phone.on.set('REGISTER', (request) => this.onRegister(request));
    phone.on.set('OPTIONS', (request) => {
      if (!this.isSilent && this.answersOptions) phone.reply(request, 200);
    });
  }

  static async open(options: RegistrarOptions): Promise<ScriptedRegistrar> {
    return new ScriptedRegistrar(await ScriptedPhone.open(options.link), options);
  }

  get port(): number {
    return this.phone.port;
  }

  /** REGISTERs so far, those that were challenged included. */
  get registers(): number {
    return this.phone.count('REGISTER');
  }

  close(): Promise<void> {
    return this.phone.close();
  }

  private onRegister(request: PhoneMessage): void {
    if (this.isSilent) return;
    if (this.answer) {
      this.phone.reply(request, this.answer.status, { headers: this.answer.headers ?? [] });
      return;
    }
    const user = /sip:([^@]+)@/.exec(request.header('To'))?.[1] ?? '';
    const isRight = this.isAuthorized(request, user);
    if (isRight && this.staleNonces > 0) {
      this.staleNonces--;
      this.challenge(request, true);
    } else if (isRight) {
      this.bind(request, user);
    } else {
      this.challenge(request, false);
    }
  }

  private bind(request: PhoneMessage, user: string): void {
    const contact = request.header('Contact');
    const asked = Number(/;expires=(\d+)/.exec(contact)?.[1] ?? request.header('Expires'));
    if (asked > 0 && asked < this.minExpires) {
      this.phone.reply(request, 423, { headers: [`Min-Expires: ${this.minExpires}`] });
      return;
    }
    const known = this.bindings.get(user);
    const callId = request.header('Call-ID');
    if (known?.callId === callId && known.cseq >= request.cseq) {
      this.phone.reply(request, 500);
      return;
    }
    const address = /<[^>]+>/.exec(contact)?.[0] ?? '';
    if (asked === 0) this.bindings.delete(user);
    else this.bindings.set(user, { contact: address, callId, cseq: request.cseq });
    const granted = Math.min(asked, this.expires);
    // Another device of the same subscriber stands beside ours.
    const other = `<sip:${user}@192.0.2.7:5060>;expires=7`;
    this.phone.reply(request, 200, {
      contact: this.grantsBy === 'contact' ? `${other}, ${address};expires=${granted}` : asked === 0 ? null : address,
      headers: this.grantsBy === 'expires-header' ? [`Expires: ${granted}`] : [],
    });
  }

  private challenge(request: PhoneMessage, stale: boolean): void {
    const { challenge = 401, algorithm = 'MD5', qop = true } = this.options;
    this.nonce = `nonce-${++this.nonces}`;
    const parts = [
      'Digest realm="pbx"',
      `nonce="${this.nonce}"`,
      `algorithm=${algorithm}`,
      ...(qop ? ['qop="auth"'] : []),
      ...(stale ? ['stale=true'] : []),
    ];
    const name = challenge === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    this.phone.reply(request, challenge, { headers: [`${name}: ${parts.join(', ')}`] });
  }

  private isAuthorized(request: PhoneMessage, user: string): boolean {
    const { challenge = 401, algorithm = 'MD5', qop = true, users } = this.options;
    const given = request.header(challenge === 401 ? 'Authorization' : 'Proxy-Authorization');
    const value = (name: string): string =>
      new RegExp(`\\b${name}=(?:"([^"]*)"|([^,\\s]+))`).exec(given)?.slice(1).find(Boolean) ?? '';
    const password = users.get(user);
    if (password === undefined || value('username') !== user) return false;
    const hash = (text: string): string =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${user}:pbx:${password}`);
    const ha2 = hash(`REGISTER:${value('uri')}`);
    const middle = qop ? `${value('nonce')}:${value('nc')}:${value('cnonce')}:auth` : value('nonce');
    return value('response') === hash(`${ha1}:${middle}:${ha2}`);
  }
}
