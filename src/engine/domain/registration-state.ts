import type { TransitionTable } from './transition-table.js';

/** Of one dialer port at its registrar (RFC 3261, 10.2). Calls go out in `REGISTERED` and `REFRESHING` alone. */
export const RegistrationState = {
  /** Waits for its turn among the ports of the trunk. */
  QUEUED: 'QUEUED',
  REGISTERING: 'REGISTERING',
  REGISTERED: 'REGISTERED',
  /** A REGISTER is under way while the one before still holds. */
  REFRESHING: 'REFRESHING',
  /** Backs off. */
  WAITING: 'WAITING',
  UNREGISTERING: 'UNREGISTERING',
  ENDED: 'ENDED',
} as const;
export type RegistrationState = (typeof RegistrationState)[keyof typeof RegistrationState];

export const registrationTable: TransitionTable<RegistrationState> = {
  QUEUED: ['REGISTERING', 'WAITING', 'ENDED'],
  REGISTERING: ['REGISTERED', 'QUEUED', 'WAITING', 'ENDED'],
  REGISTERED: ['REFRESHING', 'QUEUED', 'WAITING', 'UNREGISTERING'],
  REFRESHING: ['REGISTERED', 'QUEUED', 'WAITING', 'UNREGISTERING'],
  WAITING: ['QUEUED', 'ENDED'],
  UNREGISTERING: ['ENDED'],
  ENDED: [],
};

export function mayMoveRegistration(from: RegistrationState, to: RegistrationState): boolean {
  return registrationTable[from].includes(to);
}

/** The registrar has our contact, as far as we know. */
export function holdsRegistration(state: RegistrationState): boolean {
  return state === 'REGISTERED' || state === 'REFRESHING';
}
