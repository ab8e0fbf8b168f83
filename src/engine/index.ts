/** The front door of the dialing engine: everybody outside this folder imports from here or from `domain`. */
export { createEngine } from './runtime/engine.js';
export type { Engine } from './contracts/engine.js';
