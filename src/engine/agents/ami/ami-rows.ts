import type { AmiMessage } from './ami-codec.js';

/** A member of the queue, as `QueueMember` and the member events describe it. */
export interface AmiMember {
  /** The interface, for example `PJSIP/agent1`. */
  readonly id: string;
  readonly name: string;
  /** `AST_DEVICE_*`: 1 not in use, 2 in use, 3 busy, 4 invalid, 5 unavailable, 6 ringing, 7 ringing and in use, 8 on hold. */
  readonly status: number;
  readonly isPaused: boolean;
  readonly pausedReason: string;
  readonly isInCall: boolean;
  /** Seconds of the switch's clock; 0: none. */
  readonly lastCallS: number;
  /** Its own wrap-up in seconds; 0: the queue's holds. */
  readonly wrapUpS: number;
}

export interface AmiCaller {
  /** When the caller entered the queue, by the monotonic clock. */
  readonly enteredAtMs: number;
  readonly number: string;
}

/** What the switch says of one queue: built up by a snapshot, kept by events. The same in both ways of telling. */
export class AmiRows {
  readonly members = new Map<string, AmiMember>();
  /** By unique id. */
  readonly callers = new Map<string, AmiCaller>();

  /** True if the message was about members or callers. */
  apply(message: AmiMessage, nowMs: number): boolean {
    const event = message.text('Event');
    switch (event) {
      case 'QueueMember':
      case 'QueueMemberStatus':
      case 'QueueMemberAdded':
      case 'QueueMemberPause':
      case 'QueueMemberPenalty':
      case 'QueueMemberRinginuse': {
        const member = readMember(message);
        if (member.id === '') return false;
        this.members.set(member.id, member);
        return true;
      }
      case 'QueueMemberRemoved':
        return this.members.delete(message.text('Interface'));
      case 'QueueEntry':
      case 'QueueCallerJoin': {
        const enteredAtMs = nowMs - message.number('Wait') * 1000;
        this.callers.set(message.text('Uniqueid'), { enteredAtMs, number: message.text('CallerIDNum') });
        return true;
      }
      case 'QueueCallerLeave':
      case 'QueueCallerAbandon':
        return this.callers.delete(message.text('Uniqueid'));
      default:
        return false;
    }
  }
}

/** `Name` and `Location` in a snapshot are `MemberName` and `Interface` in events. */
function readMember(message: AmiMessage): AmiMember {
  const either = (one: string, other: string): string => (message.has(one) ? message.text(one) : message.text(other));
  const id = either('Interface', 'Location');
  return {
    id,
    name: either('MemberName', 'Name') || id,
    status: message.number('Status'),
    isPaused: message.text('Paused') === '1',
    pausedReason: message.text('PausedReason'),
    isInCall: message.text('InCall') === '1',
    lastCallS: message.number('LastCall'),
    wrapUpS: message.number('Wrapuptime'),
  };
}
