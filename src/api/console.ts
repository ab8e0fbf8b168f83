import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { NextFunction, Request, Response } from 'express';

/**
 * Scripts are the console's own files and nothing else. Its components set styles of elements by script, for which a
 * policy knows no narrower word. `connect-src 'self'` has the WebSocket in it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = '/index.html';
/** Their names have a hash of what is in them. */
const HASHED = /^\/assets\//;
/** What the build has compressed, the smallest first: names of the encodings with the endings of the files. */
const ENCODINGS = { br: '.br', gzip: '.gz' };

/**
 * The console as the build has left it in `folder`: its files, and its page for every path of its own, on which people
 * may land with a bookmark. Without a build there is none.
 */
export function webConsole(folder: string) {
  const files = new Set(listFiles(folder));
  return (request: Request, response: Response, next: NextFunction): void => {
    const file = fileOf(request, files);
    if (file === undefined) {
      next();
      return;
    }
    response.vary('Accept-Encoding').type(extname(file));
    response.set('Cache-Control', HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (file === PAGE) response.vary('Accept').set('Content-Security-Policy', POLICY);
    response.sendFile(`.${file}${encodingOf(request, response, files, file)}`, { root: folder, cacheControl: false });
  };
}

/** A path whose last part has a dot names a file; any other is a page of the console, if the client wants a page. */
function fileOf(request: Request, files: ReadonlySet<string>): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  if (files.has(request.path) && !isCompressed(request.path)) return request.path;
  const isPagePath = extname(request.path) === '' && !HASHED.test(request.path);
  return files.has(PAGE) && isPagePath && request.accepts(['text', 'html']) === 'html' ? PAGE : undefined;
}

function encodingOf(request: Request, response: Response, files: ReadonlySet<string>, file: string): string {
  for (const [encoding, ending] of Object.entries(ENCODINGS)) {
    if (!files.has(file + ending) || request.acceptsEncodings(encoding) !== encoding) continue;
    response.set('Content-Encoding', encoding);
    return ending;
  }
  return '';
}

function isCompressed(path: string): boolean {
  return Object.values(ENCODINGS).some((ending) => path.endsWith(ending));
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\/*/, '/'));
}
