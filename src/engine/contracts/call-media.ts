/** Takes the audio of one call; the detector of answering machines implements it. */
export interface CallMediaSink {
  /**
   * One frame of 20 ms: 160 samples of 8 kHz linear PCM, in order. The array is used again for the next frame: copy
   * what must be kept. Called only from the answer on; must not throw.
   */
  onFrame(samples: Int16Array): void;
}

/** Opens the audio side of calls. The media adapter implements it, the SIP adapter uses it. */
export interface MediaSessions {
  /** Binds a socket for one call. Rejects if no RTP port is free. */
  open(): Promise<MediaSession>;
}

/** The audio of one call: 20 ms of G.711 in each direction (RFC 3550, RFC 3551). */
export interface MediaSession {
  /** The UDP port that the far end shall send to. */
  readonly localPort: number;
  /** Where the far end wants audio; may be called again after a re-INVITE. */
  setRemote(remote: MediaRemote): void;
  /**
   * Delivers frames to the sink from now on, silence in place of what does not arrive, and opens the path through NAT
   * by a short burst of silence. Without a sink what arrives is dropped. Has an effect once.
   */
  start(sink?: CallMediaSink): void;
  /** Frees the socket; idempotent. Nothing reaches the sink afterwards. */
  close(): void;
}

export interface MediaRemote {
  /** IP address; with a name, or port 0, nothing is sent before the far end has sent something. */
  readonly host: string;
  readonly port: number;
  readonly codec: 'PCMU' | 'PCMA';
}
