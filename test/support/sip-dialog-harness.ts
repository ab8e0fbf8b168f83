import { SipDialogSource } from '../../src/engine/agents/sip-dialog.js';
import type { SourceHarness } from '../agents/agent-source-contract.js';
import type { ToldDialog } from './dialog-documents.js';
import { FakeClock } from './fake-clock.js';
import { ScriptedNotifier } from './scripted-notifier.js';

/** Longer than changes are put together for. */
const TOLD_WITHIN_MS = 50;

export const addressOf = (name: string): string => `sip:${name}@pbx.example`;

export const incoming = (state: string, id = '1'): ToldDialog => ({ id, state, direction: 'recipient' });

/** The extensions `a`, `b` and `c` behind a scripted notifier. */
export function startSipDialog({
  clock = new FakeClock(new Date('2026-11-25T10:00:00.300Z')),
  minIdleSeconds = 0,
} = {}): SourceHarness {
  const addresses = ['a', 'b', 'c'].map(addressOf);
  const notifier = new ScriptedNotifier(clock, addresses);
  const source = new SipDialogSource({ trunkId: 'trunk', addresses, minIdleSeconds }, notifier, clock);
  return {
    ...{ source, clock },
    takesCall: (name, number) => {
      const remote = number === undefined ? {} : { remote: `sip:${number}@pbx.example` };
      notifier.tell(addressOf(name), [{ ...incoming('confirmed'), ...remote }]);
    },
    endsCall: (name) => notifier.tell(addressOf(name), []),
    dies: () => {
      notifier.die();
      return clock.advance(TOLD_WITHIN_MS);
    },
    comesBack: () => {
      notifier.comeBack();
      return clock.advance(0);
    },
    duringNextSnapshot: (meanwhile) => {
      notifier.duringNextSnapshot = meanwhile;
    },
    connections: () => notifier.subscriptions,
    end: () => Promise.resolve(),
  };
}
