import type { DialogInfo, DialogPart } from './dialog-info.js';

/** Many more than a telephone has lines; a bound against notifiers that never end a dialog. */
const MAX_DIALOGS = 500;

/**
 * The dialogs of one notifier, put together from its documents (RFC 4235, 4.3). Versions count per subscription: an equal or
 * lower one is discarded, a gap before a partial document means that something was missed.
 */
export class DialogTable {
  private readonly dialogs = new Map<string, DialogPart>();
  private version = -1;
  private complete = false;

  /** False: something is missing, and the full state must be asked for; until it comes nothing can be concluded. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** Those that are not over. */
  open(): readonly DialogPart[] {
    return [...this.dialogs.values()];
  }

  /** @param info null: a document that cannot be read */
  take(info: DialogInfo | null): void {
    if (!info) {
      this.complete = false;
      return;
    }
    // A full state whose numbers begin anew is no old one: the order of the NOTIFYs has been checked by their CSeq.
    const beginsAnew = info.isFull && info.version === 0;
    if (info.version <= this.version && !beginsAnew) return;
    const isNext = info.version === this.version + 1;
    this.version = info.version;
    if (info.isFull) this.dialogs.clear();
    this.complete = info.isFull || (this.complete && isNext);
    for (const dialog of info.dialogs) {
      if (dialog.state === 'terminated') this.dialogs.delete(dialog.id);
      else this.dialogs.set(dialog.id, dialog);
    }
    if (this.dialogs.size <= MAX_DIALOGS) return;
    this.dialogs.clear();
    this.complete = false;
  }
}
