/** A comment, a literal section, an instruction, or a tag: its slash, its name, and the slash of an empty element. */
const MARKUP =
  /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(\/?)([^\s<>/!?"'=]+)(?:[^<>"'/]|\/(?!>)|"[^"<]*"|'[^'<]*')*(\/?)>/y;

/**
 * Whether every element of a text is closed, in order, within one root. The parser does not mind: it takes what is left of a
 * document that was cut off for all of it.
 */
export function isWellNested(text: string): boolean {
  const open: string[] = [];
  let roots = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', MARKUP.lastIndex)) {
    // At one place only, once: text of any kind takes time in proportion to its length.
    MARKUP.lastIndex = at;
    const markup = MARKUP.exec(text);
    if (!markup) return false;
    const [, closing, name, isEmpty] = markup;
    if (name === undefined) continue;
    if (closing) {
      if (open.pop() !== name) return false;
      continue;
    }
    if (open.length === 0) roots++;
    if (!isEmpty) open.push(name);
  }
  return open.length === 0 && roots === 1;
}
