import { maskPhoneNumber } from '../engine/domain/phone-number.js';

/** Names of what is never recorded, whatever it holds. */
const SECRET = /password|secret|token|authorization|cookie|credential|passphrase|private/i;
/** Customers' numbers: the readers of the audit log have no part in campaigns. */
const PHONE_NUMBER = /^(?:phoneNumber|search)$/;
/** Whether a password must be changed is no password. */
const HARMLESS = new Set(['mustChangePassword']);

const LONE_SURROGATE = /\p{Surrogate}/gu;

const REDACTED = '[redacted]';
/** Characters of an entry's details; what is longer is cut to what identifies it. */
const MAX_LENGTH = 32_000;
const MAX_TEXT = 1000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 12;

/** What may be recorded of an input or an object: without secrets, numbers masked, bounded, and fit for `jsonb`. */
export function recordable(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const cleaned = cleanObject(details, MAX_DEPTH);
  const { length } = JSON.stringify(cleaned);
  if (length <= MAX_LENGTH) return cleaned;
  return {
    truncated: true,
    length,
    begin: JSON.stringify(cleaned).slice(0, MAX_TEXT).replace(LONE_SURROGATE, '\ufffd'),
  };
}

/** The properties that differ, on either side; undefined on the side that has no object. */
export function difference(before: Snapshot | undefined, after: Snapshot | undefined): AuditChange {
  if (!before || !after) return { ...(before && { before }), ...(after && { after }) };
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed.length === 0) return {};
  const pick = (from: Snapshot) => Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/** The settings of an object at an instant, secrets left out. */
export type Snapshot = Readonly<Record<string, unknown>>;

export interface AuditChange {
  readonly before?: Snapshot;
  readonly after?: Snapshot;
}

/** PostgreSQL has no place for U+0000, nor `jsonb` for half of a surrogate pair. */
export function plainText(text: string, maximumLength = MAX_TEXT): string {
  return text.slice(0, maximumLength).replaceAll('\u0000', '').replace(LONE_SURROGATE, '\ufffd');
}

function cleanObject(object: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== undefined)
      .slice(0, MAX_ITEMS)
      .map(([name, value]) => [plainText(name), cleanProperty(name, value, depth)]),
  );
}

function cleanProperty(name: string, value: unknown, depth: number): unknown {
  if (value == null) return null;
  if (SECRET.test(name) && !HARMLESS.has(name)) return REDACTED;
  if (PHONE_NUMBER.test(name) && typeof value === 'string') return plainText(maskPhoneNumber(value));
  return clean(value, depth - 1);
}

function clean(value: unknown, depth: number): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return value ?? null;
  if (typeof value !== 'object' || depth <= 0) return '[left out]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => clean(item, depth - 1));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  return cleanObject(value, depth);
}
