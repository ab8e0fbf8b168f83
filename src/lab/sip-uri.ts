export interface SipUri {
  /** Without parameters and password, decoded; for `tel:` the number. */
  readonly user: string;
  /** Without brackets; empty for `tel:`. */
  readonly host: string;
  /** 5060 if the URI has none. */
  readonly port: number;
}

/** Reads a `sip:`, `sips:` or `tel:` URI, bare or inside a name-addr; undefined for anything else. */
export function parseSipUri(text: string): SipUri | undefined {
  const bare = /<([^<>]*)>/.exec(text)?.[1] ?? text.trim();
  const tel = /^tel:([^;?]+)/i.exec(bare);
  if (tel?.[1]) return { user: tel[1], host: '', port: 5060 };
  const sip = /^sips?:(?:([^@]*)@)?(\[[0-9a-f:.]+\]|[^:;?@\s]+)(?::(\d{1,5}))?(?:[;?].*)?$/i.exec(bare);
  if (!sip?.[2]) return undefined;
  const user = (sip[1] ?? '').split(/[:;]/, 1)[0] ?? '';
  return { user: decoded(user), host: sip[2].replace(/^\[|\]$/g, ''), port: sip[3] ? Number(sip[3]) : 5060 };
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** Two ways of writing one number or extension are the same: with or without the leading `+`. */
export function isSameUser(one: string, other: string): boolean {
  return one.replace(/^\+/, '') === other.replace(/^\+/, '');
}
