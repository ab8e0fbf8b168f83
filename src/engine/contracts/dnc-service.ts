import type { DncAnswer } from '../domain/dnc-answer.js';

/** A do-not-call service (product.md, Do not call). It fails closed: what is not a clear answer is `OUT_OF_SERVICE`. */
export interface DncService {
  /** Never rejects; answers within the service's time-out, 2 s by default. */
  check(phoneNumber: string): Promise<DncAnswer>;
}

/** Finds the service that a campaign is set to; undefined if there is none with that id. */
export interface DncServices {
  find(dncServiceId: string): DncService | undefined;
}

/** How a service is reached. */
export interface DncServiceSettings {
  readonly id: string;
  readonly name: string;
  /** Of the built-in service only a path, which is not used: its list is read without the detour over HTTP. */
  readonly url: string;
  readonly builtIn: boolean;
  /** PEM; null: the authorities that the runtime trusts. */
  readonly caCertificate: string | null;
  /** 100 to 10,000. */
  readonly timeoutMs: number;
}

export interface DncReply {
  readonly answer: DncAnswer;
  /** Why there is no clear answer, in English; null if there is one. */
  readonly message: string | null;
}

/** A service that says why it has no clear answer. */
export interface OutspokenDncService extends DncService {
  /** As `check`: never rejects. */
  ask(phoneNumber: string): Promise<DncReply>;
}

/** Asks a service as it is configured at this instant, for people who want to know whether it works. */
export interface DncInquiry {
  ask(settings: DncServiceSettings, phoneNumber: string): Promise<DncReply>;
}

/** What is known of a configured service, for those who are told that it is down. */
export interface DncDirectory {
  describe(dncServiceId: string): { readonly name: string; readonly lastMessage: string | null } | undefined;
}
