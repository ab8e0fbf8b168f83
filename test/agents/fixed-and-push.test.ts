import { startFixed, startPush } from '../support/source-harnesses.js';
import { describeAgentSource } from './agent-source-contract.js';

const HOLD_MS = 60_000;

describeAgentSource('fixed', {
  knowsAgents: false,
  canBeAway: false,
  isRead: false,
  // Nobody tells when such a call ends: the hold time does.
  wrapUpMs: HOLD_MS,
  secrets: [],
  start: () => Promise.resolve(startFixed(HOLD_MS)),
});

describeAgentSource('push', {
  knowsAgents: true,
  canBeAway: true,
  isRead: false,
  wrapUpMs: 0,
  secrets: [],
  start: () => Promise.resolve(startPush()),
});
