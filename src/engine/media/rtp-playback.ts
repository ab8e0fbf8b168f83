import type { AudioSource, Playback } from '../contracts/call-media.js';
import { FRAME_SAMPLES } from './frame-stream.js';
import type { FrameTicker } from './frame-ticker.js';

/** One source on its way out, frame by frame. */
export class RtpPlayback implements Playback {
  readonly finished: Promise<'ended' | 'stopped'>;
  private resolve!: (how: 'ended' | 'stopped') => void;
  private readonly removeRun: () => void;
  private readonly frame = new Int16Array(FRAME_SAMPLES);
  private isOver = false;
  private isFirst = true;

  /** `send` gets one frame; `isFirst` marks the beginning of a talk spurt. */
  constructor(
    private readonly source: AudioSource,
    ticker: FrameTicker,
    private readonly send: (frame: Int16Array, isFirst: boolean) => void,
  ) {
    this.finished = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.removeRun = ticker.add(() => this.playNext());
  }

  get isPlaying(): boolean {
    return !this.isOver;
  }

  stop(): void {
    this.end('stopped');
  }

  private playNext(): boolean {
    if (this.isOver) return false;
    if (!this.source.next(this.frame)) {
      this.end('ended');
      return false;
    }
    this.send(this.frame, this.isFirst);
    this.isFirst = false;
    return true;
  }

  private end(how: 'ended' | 'stopped'): void {
    if (this.isOver) return;
    this.isOver = true;
    this.removeRun();
    this.resolve(how);
  }
}

/** For a call that is over. */
export const stoppedPlayback: Playback = { finished: Promise.resolve('stopped'), stop: () => undefined };
