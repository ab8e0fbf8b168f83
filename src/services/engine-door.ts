import type { Engine } from '../engine/index.js';

/** What the use cases need of the engine; it can be another one in tests. */
export type EngineDoor = Pick<Engine, 'nudge' | 'campaignStopped' | 'campaignStatus'>;
