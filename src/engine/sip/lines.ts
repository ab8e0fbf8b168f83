import type { Line, TrunkSettings, TrunkState } from '../contracts/telephony.js';
import { TimerGroup } from './timer-group.js';
import type { TrunkContext } from './trunk-server.js';
import { isSameConnection, TrunkLink } from './trunk-link.js';

/** All trunks with their lines, as they are configured. */
export class Lines {
  private readonly links = new Map<string, TrunkLink>();
  private retired: TrunkLink[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly timers: TimerGroup;
  private isTelling = false;
  private known: { readonly lines: readonly Line[]; readonly byId: ReadonlyMap<string, Line> } | null = null;

  constructor(private readonly context: TrunkContext) {
    this.timers = new TimerGroup(context.clock);
  }

  /** Trunks and ports that are unchanged keep their health and registration; those gone finish their calls. */
  configure(trunks: readonly TrunkSettings[]): void {
    const wanted = new Map(trunks.map((trunk) => [trunk.id, trunk]));
    const kept = new Map<string, TrunkLink>();
    this.retired = this.retired.filter((link) => !link.isGone);
    for (const [id, link] of this.links) {
      const settings = wanted.get(id);
      if (settings && isSameConnection(settings, link.current)) {
        link.update(settings);
        kept.set(id, link);
      } else {
        this.retired.push(link);
        link.retire(settings);
      }
    }
    this.links.clear();
    for (const [id, settings] of wanted) {
      this.links.set(id, kept.get(id) ?? new TrunkLink(settings, this.context, () => this.changed()));
    }
    this.changed();
  }

  all(): readonly Line[] {
    return this.current().lines;
  }

  find(lineId: string): Line | undefined {
    return this.current().byId.get(lineId);
  }

  trunks(): readonly TrunkState[] {
    return [...this.links.values()].map((link) => link.state);
  }

  /** The trunk that a line belongs to. */
  linkOf(lineId: string): TrunkLink | undefined {
    const line = this.find(lineId);
    return line && this.links.get(line.trunkId);
  }

  link(trunkId: string): TrunkLink | undefined {
    return this.links.get(trunkId);
  }

  onChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** Ports tell their registrars that they go. Resolves when these have answered, or in two seconds. */
  async unregister(): Promise<void> {
    await Promise.all([...this.links.values(), ...this.retired].map((link) => link.unregister()));
  }

  dispose(): void {
    for (const link of [...this.links.values(), ...this.retired]) link.dispose();
    this.links.clear();
    this.retired = [];
    this.listeners.clear();
    this.timers.cancelAll();
    this.known = null;
  }

  private current(): NonNullable<Lines['known']> {
    if (this.known === null) {
      const lines = [...this.links.values()].flatMap((link) => link.lines);
      this.known = { lines, byId: new Map(lines.map((line) => [line.id, line])) };
    }
    return this.known;
  }

  /** Listeners are told once for all that changes in one turn: 500 ports may register within a second. */
  private changed(): void {
    this.known = null;
    if (this.isTelling) return;
    this.isTelling = true;
    this.timers.after(0, () => {
      this.isTelling = false;
      for (const link of this.links.values()) link.look();
      this.known = null;
      for (const listener of this.listeners) listener();
    });
  }
}
