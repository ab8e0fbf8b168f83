import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventLoopDelay } from './dialing.js';

/** The delay is measured by a timer of this period, which is no delay. */
const RESOLUTION_MS = 10;

/** Measures how late the timers of this thread come. */
export class EventLoopMeter {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** Since the last call. */
  read(): EventLoopDelay {
    const { histogram } = this;
    const delay = {
      median: secondsLate(histogram.percentile(50)),
      p99: secondsLate(histogram.percentile(99)),
      max: secondsLate(histogram.max),
    };
    histogram.reset();
    return delay;
  }
}

function secondsLate(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3);
}
