/** Telephone numbers are personal data: logs show the last two digits alone. */
export const maskNumber = (number: string): string => (number.length <= 2 ? '**' : `***${number.slice(-2)}`);

/** For text of foreign origin, which may quote a request line or a URI. */
export const maskText = (text: string): string =>
  text
    .slice(0, 300)
    .replace(/(sips?:)[^@\s>]*@/gi, '$1***@')
    .replace(/\+?\d{5,}/g, maskNumber);
