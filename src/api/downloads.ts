import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express, NextFunction, Request, Response } from 'express';
import { Role } from '../entities/enums.js';
import { AppError, ErrorCode } from '../errors.js';
import { type RequestContext, viewerOf } from '../resolvers/request-context.js';
import type { ContextFactory } from './context.js';
import { csvRow } from './csv.js';

/** Files that are downloaded by GET with the session's token or cookie, under the same rules as the API. */
export function downloads(contexts: ContextFactory): (app: Express) => void {
  return (app) => {
    app.get('/uploads/:id/rejected-rows.csv', (request, response, next) => {
      answer(contexts, request, response, next, sendRejectedRows);
    });
  };
}

type Send = (context: RequestContext, request: Request, response: Response) => Promise<void>;

function answer(contexts: ContextFactory, request: Request, response: Response, next: NextFunction, send: Send): void {
  contexts
    .http(request, response)
    .then(async (context) => {
      const viewer = viewerOf(context);
      if (viewer.role !== Role.CAMPAIGN_ADMINISTRATOR || viewer.mustChangePassword) {
        throw new AppError(ErrorCode.FORBIDDEN, `This download is for ${Role.CAMPAIGN_ADMINISTRATOR}.`);
      }
      await send(context, request, response);
    })
    .catch((error: unknown) => {
      // A client that goes away in the middle is no fault.
      if (response.headersSent) response.destroy();
      else next(withStatus(error));
    });
}

async function sendRejectedRows(context: RequestContext, request: Request, response: Response): Promise<void> {
  const { services, em } = context;
  const id = String(request.params['id']);
  const upload = await services.rejectedRows.findUpload(em, viewerOf(context), id);
  response.type('text/csv; charset=utf-8').attachment(`rejected-rows-${upload.id}.csv`);
  async function* rows(): AsyncGenerator<string> {
    yield `\ufeff${csvRow(['line', 'reason', 'message'])}`;
    for await (const batch of services.rejectedRows.all(em, upload.id)) {
      yield batch.map(({ line, reason, message }) => csvRow([line, reason, message])).join('');
    }
  }
  await pipeline(Readable.from(rows()), response);
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
};

function withStatus(error: unknown): unknown {
  return error instanceof AppError ? Object.assign(error, { status: STATUS[error.code] ?? 400 }) : error;
}
