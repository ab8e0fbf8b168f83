import { type Failure, failureOf } from '../../api/failure';
import type { LeadRowFragment } from '../../api/generated/graphql';

/** A page as the server answers it. */
export interface LeadPage {
  readonly nodes: readonly LeadRowFragment[];
  readonly totalCount: number;
  readonly csvUrl: string;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
}

/** Arguments of the connection. */
export interface LeadPlace {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

export interface LeadWindowState {
  readonly pages: readonly LeadPage[];
  /** Leads of the list that are before the first one here. */
  readonly firstIndex: number;
  readonly totalCount: number;
  /** Grows with each jump: what is shown then has nothing to do with what was shown before. */
  readonly jumps: number;
  readonly isAtEnd: boolean;
  readonly isLoading: boolean;
  readonly failure: Failure | undefined;
  /** When the first of its pages was read; undefined before that. */
  readonly readAt: Date | undefined;
}

const PAGE_SIZE = 100;
/** Enough for the tallest screen and some scrolling back; what is further away is read again. */
const LONGEST_WINDOW_PAGES = 8;

const empty: LeadWindowState = {
  pages: [],
  firstIndex: 0,
  totalCount: 0,
  jumps: 0,
  isAtEnd: false,
  isLoading: false,
  failure: undefined,
  readAt: undefined,
};

/**
 * The part of a list of leads that is in memory: some pages that follow each other. The list is paged by cursors, with
 * which a place is reached from its neighbours, from the start or from the end, but not by its number. So a list of any
 * length is scrolled through by adding a page at one end of the window and letting one go at the other.
 */
export class LeadWindow {
  private state = empty;
  /** Of the newest jump; pages that were asked for before it are let go when they come. */
  private jump = 0;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly read: (place: LeadPlace) => Promise<LeadPage>) {}

  readonly watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): LeadWindowState => this.state;

  toStart(): Promise<void> {
    return this.jumpTo({ first: PAGE_SIZE }, () => 0);
  }

  toEnd(): Promise<void> {
    return this.jumpTo({ last: PAGE_SIZE }, ({ totalCount, nodes }) => totalCount - nodes.length);
  }

  /** Reads the first page again, if it is the only one; what is seen of it stays where it is. */
  async refreshStart(): Promise<void> {
    if (this.state.isLoading || !isAtStart(this.state)) return;
    await this.load({ first: PAGE_SIZE }, (page) => ({
      pages: [page],
      totalCount: page.totalCount,
      readAt: new Date(),
    }));
  }

  /** Nothing happens while another page is read, or at the end. */
  async next(): Promise<void> {
    const last = this.state.pages.at(-1)?.pageInfo;
    if (this.state.isLoading || !last?.hasNextPage) return;
    await this.load({ first: PAGE_SIZE, after: last.endCursor ?? null }, (page) => {
      const pages = [...this.state.pages, page];
      const dropped = pages.splice(0, Math.max(0, pages.length - LONGEST_WINDOW_PAGES));
      return { pages, firstIndex: this.state.firstIndex + countOf(dropped), totalCount: page.totalCount };
    });
  }

  async previous(): Promise<void> {
    const first = this.state.pages[0]?.pageInfo;
    if (this.state.isLoading || !first?.hasPreviousPage) return;
    await this.load({ last: PAGE_SIZE, before: first.startCursor ?? null }, (page) => ({
      pages: [page, ...this.state.pages].slice(0, LONGEST_WINDOW_PAGES),
      // What was loaded meanwhile may have moved the count; nothing is before the first page.
      firstIndex: page.pageInfo.hasPreviousPage ? Math.max(0, this.state.firstIndex - page.nodes.length) : 0,
      totalCount: page.totalCount,
    }));
  }

  replace(lead: LeadRowFragment): void {
    this.editPages((nodes) => nodes.map((row) => (row.id === lead.id ? lead : row)));
  }

  remove(id: string): void {
    this.editPages((nodes) => nodes.filter((row) => row.id !== id));
    this.set({ totalCount: this.state.totalCount - 1 });
  }

  private jumpTo(place: LeadPlace, firstIndexOf: (page: LeadPage) => number): Promise<void> {
    const jumps = ++this.jump;
    return this.load(place, (page) => ({
      pages: [page],
      firstIndex: firstIndexOf(page),
      totalCount: page.totalCount,
      readAt: new Date(),
      jumps,
      isAtEnd: place.last !== undefined,
    }));
  }

  private async load(place: LeadPlace, take: (page: LeadPage) => Partial<LeadWindowState>): Promise<void> {
    const { jump } = this;
    this.set({ isLoading: true, failure: undefined });
    try {
      const page = await this.read(place);
      if (jump === this.jump) this.set({ ...take(page), isLoading: false });
    } catch (error) {
      if (jump === this.jump) this.set({ isLoading: false, failure: failureOf(error) });
    }
  }

  private editPages(edit: (nodes: readonly LeadRowFragment[]) => readonly LeadRowFragment[]): void {
    this.set({ pages: this.state.pages.map((page) => ({ ...page, nodes: edit(page.nodes) })) });
  }

  private set(change: Partial<LeadWindowState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** Nothing but the first page is in memory. */
export function isAtStart({ firstIndex, pages }: LeadWindowState): boolean {
  return firstIndex === 0 && pages.length === 1;
}

function countOf(pages: readonly LeadPage[]): number {
  return pages.reduce((count, { nodes }) => count + nodes.length, 0);
}
