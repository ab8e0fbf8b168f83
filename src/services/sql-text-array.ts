/** For `?::text[]`; only for words of our own, such as enum values and ids. */
export function sqlTextArray(words: readonly string[]): string {
  return `{${words.join(',')}}`;
}
