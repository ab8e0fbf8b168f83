import express, { type NextFunction, type Request, type Response } from 'express';
import { ErrorCode } from '../errors.js';
import type { ContextFactory } from './context.js';
import { limits } from './limits.js';
import { cookieOf, tokenOf } from './request-token.js';

/** When whoever has too many uploads under way may try again. */
const RETRY_UPLOAD_SECONDS = 10;

/** A file is taken in before GraphQL runs: without a session none is, and with one so many at a time. */
export function admitUploads(contexts: ContextFactory) {
  const underWay = new Set<{ readonly userId: string }>();
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!request.is('multipart/form-data')) {
      next();
      return;
    }
    contexts.viewer(tokenOf(request) ?? cookieOf(request)).then(
      (viewer) => {
        if (!viewer) {
          // The rest of the body is not wanted: the connection ends with the answer.
          response.set('Connection', 'close');
          refuse(response, 401, ErrorCode.UNAUTHENTICATED, 'An upload needs a session.');
          return;
        }
        const { userId } = viewer;
        const ofUser = [...underWay].filter((upload) => upload.userId === userId).length;
        if (ofUser >= limits.maxUploadsOfUser || underWay.size >= limits.maxUploads) {
          const message = `Too many uploads are under way; ${limits.maxUploadsOfUser} of a user and ${limits.maxUploads} of all are allowed.`;
          refuse(response, 429, ErrorCode.RATE_LIMITED, message, { retryAfterSeconds: RETRY_UPLOAD_SECONDS });
          return;
        }
        const upload = { userId };
        underWay.add(upload);
        response.once('close', () => underWay.delete(upload));
        next();
      },
      (error: unknown) => next(error),
    );
  };
}

/** Takes in JSON: of strangers little, and with a session as much as a report of all agents has. */
export function jsonBody(contexts: ContextFactory) {
  const little = express.json({ limit: limits.maxStrangerBodyBytes });
  const large = express.json({ limit: limits.maxBodyBytes });
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!mayBeLarge(request)) {
      little(request, response, next);
      return;
    }
    contexts.viewer(tokenOf(request) ?? cookieOf(request)).then(
      (viewer) => {
        (viewer ? large : little)(request, response, next);
      },
      (error: unknown) => next(error),
    );
  };
}

/** Sessions are looked up when GraphQL runs; before that only for a body that cannot be told to be small. */
function mayBeLarge({ headers }: Request): boolean {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > limits.maxStrangerBodyBytes;
}

/** One operation a request, so that the limits of a request are those of an operation. */
export function refuseBatches(request: Request, response: Response, next: NextFunction): void {
  if (!Array.isArray(request.body)) {
    next();
    return;
  }
  const message = 'A request has one operation; batches are not accepted.';
  refuse(response, 400, ErrorCode.QUERY_TOO_COMPLEX, message);
}

function refuse(response: Response, status: number, code: ErrorCode, message: string, details: object = {}): void {
  response.status(status).json({ errors: [{ message, extensions: { code, ...details } }] });
}
