/** The whole block is loopback (RFC 1122, 3.2.1.3); `URL` has brought every way of writing an address to this one. */
const IPV4_LOOPBACK = /^127(?:\.\d{1,3}){3}$/;

/**
 * Why numbers must not be posted to that address; undefined if they may. Who is on a do-not-call list is personal data,
 * and a forged answer makes a forbidden call: so TLS, unless nothing leaves the machine.
 */
export function dncUrlProblem(text: string): string | undefined {
  // `URL` takes blanks and line ends out silently; what is stored must be what was meant.
  const url = /[\s\p{Cc}]/u.test(text) ? null : URL.parse(text);
  if (!url) return 'is not a URL';
  if (url.username !== '' || url.password !== '') return 'must hold no user name or password; they are not sent';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return `must begin with https://, not ${url.protocol}`;
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || IPV4_LOOPBACK.test(url.hostname);
  return isLoopback ? undefined : 'must be https; http is for loopback only (127.0.0.0/8, [::1] or localhost)';
}
