import { XMLParser } from 'fast-xml-parser';
import { isWellNested } from './xml-nesting.js';

/** A document of the dialog event package (RFC 4235, 4). */
export interface DialogInfo {
  readonly version: number;
  /** It has all dialogs there are; else those that changed. */
  readonly isFull: boolean;
  readonly entity: string;
  readonly dialogs: readonly DialogPart[];
}

export interface DialogPart {
  /** Unique among the dialogs of one notifier. */
  readonly id: string;
  readonly state: DialogState;
  /** Who began the call, as seen from the address; absent where the notifier does not say. */
  readonly direction?: 'initiator' | 'recipient';
  /** The address has put the other side on hold (RFC 4235, 4.1.6.2 and RFC 3840: `+sip.rendering`). */
  readonly isHeld: boolean;
  /** The other side's number, where its address begins with one. */
  readonly remoteNumber?: string;
}

export const dialogStates = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'] as const;
export type DialogState = (typeof dialogStates)[number];

/** Some hundred dialogs; larger ones are not read. */
const MAX_CHARACTERS = 64 * 1024;
const VERSION = /^\s*(\d{1,15})\s*$/;
const NUMBER = /^\s*(?:sips?|tel):(\+?\d{2,})(?:[@;]|\s*$)/i;

const parser = new XMLParser({
  ignoreAttributes: false,
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'dialog' || name === 'param',
});

/** Null: it cannot be read, or has something that the standard does not know. Never throws, whatever the text. */
export function parseDialogInfo(text: string): DialogInfo | null {
  // The package has no document type, and entities of its own are but a way to attack the reader.
  if (text.length > MAX_CHARACTERS || /<!DOCTYPE/i.test(text)) return null;
  // One that was cut off may have lost its dialogs, and would be that of an idle telephone.
  if (!isWellNested(text)) return null;
  try {
    return readInfo(child(parser.parse(text), 'dialog-info'));
  } catch {
    return null;
  }
}

function readInfo(root: unknown): DialogInfo | null {
  const version = VERSION.exec(textOf(root, '@_version'))?.[1];
  const state = textOf(root, '@_state');
  if (version === undefined || (state !== 'full' && state !== 'partial')) return null;
  const dialogs: DialogPart[] = [];
  for (const node of listOf(root, 'dialog')) {
    const dialog = readDialog(node);
    if (!dialog) return null;
    dialogs.push(dialog);
  }
  return { version: Number(version), isFull: state === 'full', entity: textOf(root, '@_entity'), dialogs };
}

function readDialog(node: unknown): DialogPart | null {
  const id = textOf(node, '@_id');
  // With attributes, of which the standard has some, the text is in a place of its own.
  const word = (textOf(node, 'state') || textOf(child(node, 'state'), '#text')).trim().toLowerCase();
  const state = dialogStates.find((known) => known === word);
  if (id === '' || !state) return null;
  const direction = textOf(node, '@_direction').toLowerCase();
  const remote = child(node, 'remote');
  const remoteNumber = [
    textOf(remote, 'identity'),
    textOf(child(remote, 'identity'), '#text'),
    textOf(child(remote, 'target'), '@_uri'),
  ]
    .map((address) => NUMBER.exec(address)?.[1])
    .find((number) => number !== undefined);
  return {
    id,
    state,
    ...((direction === 'initiator' || direction === 'recipient') && { direction }),
    isHeld: listOf(child(child(node, 'local'), 'target'), 'param').some(isNotRendering),
    ...(remoteNumber !== undefined && { remoteNumber }),
  };
}

function isNotRendering(parameter: unknown): boolean {
  return textOf(parameter, '@_pname').toLowerCase() === '+sip.rendering' && textOf(parameter, '@_pvalue') === 'no';
}

function child(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? (node as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(node: unknown, name: string): string {
  const value = child(node, name);
  return typeof value === 'string' ? value : '';
}

function listOf(node: unknown, name: string): readonly unknown[] {
  const value = child(node, name);
  return Array.isArray(value) ? value : [];
}
