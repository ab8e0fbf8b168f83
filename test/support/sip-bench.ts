import { createRtpSessions } from '../../src/engine/media/rtp-session.js';
import type { CallRequest, OutboundCall, TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { createSipTelephony, type SipTelephony, type SipTelephonyOptions } from '../../src/engine/sip/telephony.js';
import type { PhoneLinkOptions } from './phone-link.js';
import { RealClock } from './real-clock.js';
import { ScriptedPhone } from './scripted-phone.js';
import { SilentLog } from './silent-log.js';

export interface SipBench {
  readonly telephony: SipTelephony;
  readonly phone: ScriptedPhone;
  readonly clock: RealClock;
  readonly log: SilentLog;
  readonly trunk: TrunkSettings;
  call(over?: Partial<CallRequest>): OutboundCall & { readonly ringing: () => number };
  /** Fails if the adapter left a timer behind. */
  close(): Promise<void>;
}

export const trunkTo = (sipPort: number, over: Partial<TrunkSettings> = {}): TrunkSettings => ({
  id: 'trunk-1',
  version: 1,
  name: 'Carrier',
  servers: [{ host: '127.0.0.1', sipPort }],
  transport: 'UDP',
  outboundProxy: null,
  channels: 10,
  ports: [],
  username: null,
  password: null,
  maxCallsPerSecond: null,
  maxParallelCalls: null,
  ...over,
});

export const openTelephony = async (
  over: Partial<SipTelephonyOptions> = {},
): Promise<{ telephony: SipTelephony; clock: RealClock; log: SilentLog }> => {
  const clock = new RealClock();
  const log = new SilentLog();
  const media = createRtpSessions({ clock, log, hosts: over.localHosts ?? ['127.0.0.1'] });
  const telephony = await createSipTelephony({ clock, log, media, sipPort: 0, userAgent: 'Outdial/test', ...over });
  return { telephony, clock, log };
};

export const callRequest = (over: Partial<CallRequest> = {}): CallRequest => ({
  attemptId: 'attempt-1',
  lineId: 'trunk-1',
  phoneNumber: '+4930901820042',
  callerId: null,
  ringTimeoutMs: 20_000,
  onRinging: () => undefined,
  ...over,
});

/** The adapter with one trunk that leads to a scripted phone, over the phone's transport. */
export const openBench = async (
  over: Partial<SipTelephonyOptions> = {},
  trunkOver: Partial<TrunkSettings> = {},
  phoneOptions: Partial<PhoneLinkOptions> = {},
): Promise<SipBench> => {
  const { transport = 'UDP', host = '127.0.0.1' } = phoneOptions;
  const phone = await ScriptedPhone.open(phoneOptions);
  const { telephony, clock, log } = await openTelephony(over);
  const trunk = trunkTo(phone.port, { transport, servers: [{ host, sipPort: phone.port }], ...trunkOver });
  telephony.configure([trunk]);
  return {
    telephony,
    phone,
    clock,
    log,
    trunk,
    call: (request = {}) => {
      let ringing = 0;
      const call = telephony.placeCall(callRequest({ onRinging: () => ringing++, ...request }));
      return {
        answerOrFailure: call.answerOrFailure,
        cancel: (reason) => call.cancel(reason),
        ringing: () => ringing,
      };
    },
    close: async () => {
      await telephony.close();
      await phone.close();
      if (clock.pending !== 0) throw new Error(`${clock.pending} timers left`);
    },
  };
};
