/** One exchange of descriptions at a time in a dialog (RFC 3264, 4), whichever side began it. */
export class OfferExchange {
  private current: Promise<void> | null = null;
  private finish: () => void = () => undefined;
  private isPeers = false;

  /** Resolves when there is room for another one; null: there is now. */
  get over(): Promise<void> | null {
    return this.current;
  }

  /** The peer has asked for a change and has not got, or not acknowledged, our answer. */
  get isServingPeer(): boolean {
    return this.isPeers;
  }

  begin(by: 'us' | 'peer'): void {
    this.isPeers = by === 'peer';
    this.current = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  end(): void {
    this.current = null;
    this.isPeers = false;
    this.finish();
  }
}
