/** Takes the audio of one call; the detector of answering machines implements it. */
export interface CallMediaSink {
  /**
   * One frame of 20 ms: 160 samples of 8 kHz linear PCM, in order. The array is used again for the next frame: copy
   * what must be kept. `hasArrived`: some of it is the far end's audio, or the comfort noise that it asked for; else it is
   * silence in place of what did not come. Called only from the answer on; must not throw.
   */
  onFrame(samples: Int16Array, hasArrived: boolean): void;
}

/** Audio toward the far end, made as it is played. */
export interface AudioSource {
  /**
   * Fills the next 20 ms: 160 samples of 8 kHz linear PCM; the array is used again. False: there was nothing more, and
   * the frame is not played. Must not throw.
   */
  next(frame: Int16Array): boolean;
}

/** Audio that is being played. */
export interface Playback {
  /**
   * `ended`: the source was played to its end. `stopped`: by `stop`, by a playback that took its place, or by the end of
   * the call. Never rejects.
   */
  readonly finished: Promise<'ended' | 'stopped'>;
  /** Idempotent. */
  stop(): void;
}

/** Opens the audio side of calls. The media adapter implements it, the SIP adapter uses it. */
export interface MediaSessions {
  /**
   * Binds a socket for one call.
   * @param family of the addresses that the call's signalling uses
   *
   * Rejects if no RTP port is free, or if there is no local address of the family.
   */
  open(family: 4 | 6): Promise<MediaSession>;
}

/** The audio of one call: 20 ms of G.711 in each direction (RFC 3550, RFC 3551). */
export interface MediaSession {
  /** The UDP port that the far end shall send to. */
  readonly localPort: number;
  /** Where the far end wants audio; may be called again after a re-INVITE. */
  setRemote(remote: MediaRemote): void;
  /**
   * Delivers 50 frames a second to the sink from now on, each 60 ms after its time, with silence or comfort noise in place
   * of what does not arrive, and opens the path through NAT by a short burst of silence. Without a sink what arrives is dropped. Has an effect once.
   */
  start(sink?: CallMediaSink): void;
  /**
   * Plays the source to the far end, from the next tick of 20 ms on, and at the far end's pace by the monotonic clock. One
   * at a time: another one stops the one before.
   */
  play(source: AudioSource): Playback;
  /**
   * Sends on what arrives, from now on, to the far end of the other session, of the same adapter: in that one's codec, with
   * its number for telephone events. Null ends it. While the other plays something, that is heard instead.
   */
  relayTo(other: MediaSession | null): void;
  /** When the far end was heard last, by the monotonic clock; null: never. */
  readonly heardAtMs: number | null;
  /** Frees the socket; idempotent. Nothing reaches the sink afterwards. */
  close(): void;
}

export interface MediaRemote {
  /** IP address; with a name, or port 0, nothing is sent before the far end has sent something. */
  readonly host: string;
  readonly port: number;
  readonly codec: 'PCMU' | 'PCMA';
  /** Payload type of RFC 4733 events that the far end takes and sends; null or absent: none. */
  readonly telephoneEvent?: number | null;
}
