import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express, NextFunction, Request, Response } from 'express';
import { CallAttempt } from '../entities/call-attempt.js';
import { Role } from '../entities/enums.js';
import { Lead } from '../entities/lead.js';
import { AppError, ErrorCode } from '../errors.js';
import { attemptOrder } from '../resolvers/call-attempt-page.js';
import { readAttemptsExport, readLeadsExport } from '../resolvers/csv-links.js';
import { leadsQuery } from '../resolvers/lead-page.js';
import { type RequestContext, viewerOf } from '../resolvers/request-context.js';
import type { ContextFactory } from './context.js';
import { csvRow } from './csv.js';
import { ATTEMPT_COLUMNS, csvOfList, leadColumns } from './exports.js';

/** Files that are downloaded by GET with the session's token or cookie, under the same rules as the API. */
export function downloads(contexts: ContextFactory): (app: Express) => void {
  return (app) => {
    app.get('/uploads/:id/rejected-rows.csv', (request, response, next) => {
      answer(contexts, request, response, next, sendRejectedRows);
    });
    app.get('/campaigns/:id/leads.csv', (request, response, next) => {
      answer(contexts, request, response, next, sendLeads);
    });
    app.get('/campaigns/:id/voicemail-message.wav', (request, response, next) => {
      answer(contexts, request, response, next, sendVoicemailMessage);
    });
    app.get('/call-attempts/:id/recording.wav', (request, response, next) => {
      answer(contexts, request, response, next, sendRecording);
    });
    app.get('/call-attempts.csv', (request, response, next) => {
      answer(contexts, request, response, next, sendAttempts);
    });
    app.get('/diagnostics/logs/:name', (request, response, next) => {
      answer(contexts, request, response, next, sendLogFile, Role.MASTER);
    });
  };
}

type Send = (context: RequestContext, request: Request, response: Response) => Promise<void>;

function answer(
  contexts: ContextFactory,
  request: Request,
  response: Response,
  next: NextFunction,
  send: Send,
  role: Role = Role.CAMPAIGN_ADMINISTRATOR,
): void {
  contexts
    .http(request, response)
    .then(async (context) => {
      const viewer = viewerOf(context);
      if (viewer.role !== role || viewer.mustChangePassword) {
        throw new AppError(ErrorCode.FORBIDDEN, `This download is for ${role}.`);
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
  async function* rows(): AsyncGenerator<string> {
    yield `\ufeff${csvRow(['line', 'reason', 'message'])}`;
    for await (const batch of services.rejectedRows.all(em, upload.id)) {
      yield batch.map(({ line, reason, message }) => csvRow([line, reason, message])).join('');
    }
  }
  await sendCsv(response, `rejected-rows-${upload.id}.csv`, rows());
}

async function sendLeads(context: RequestContext, request: Request, response: Response): Promise<void> {
  const { services, em } = context;
  const { filter, field, direction } = readLeadsExport(request.query);
  const campaign = await services.campaigns.find(em, viewerOf(context), String(request.params['id']));
  const columns = leadColumns(await services.leads.extraFieldNames(em, campaign.id));
  const query = leadsQuery(campaign.id, filter, { field, direction });
  await sendCsv(
    response,
    'leads.csv',
    csvOfList(() => em.fork(), Lead, query, columns),
  );
}

async function sendAttempts(context: RequestContext, request: Request, response: Response): Promise<void> {
  const { services, em } = context;
  const { filter, direction } = readAttemptsExport(request.query);
  const where = await services.callLog.conditions(em, viewerOf(context), filter);
  const query = { where, orderBy: attemptOrder(direction) };
  await sendCsv(
    response,
    'call-attempts.csv',
    csvOfList(() => em.fork(), CallAttempt, query, ATTEMPT_COLUMNS),
  );
}

async function sendVoicemailMessage(context: RequestContext, request: Request, response: Response): Promise<void> {
  const { services, em } = context;
  const id = String(request.params['id']);
  sendWav(response, 'voicemail-message.wav', await services.voicemailMessages.wav(em, viewerOf(context), id));
}

async function sendRecording(context: RequestContext, request: Request, response: Response): Promise<void> {
  const { services, em } = context;
  const id = String(request.params['id']);
  sendWav(response, 'recording.wav', await services.amdRecordings.wav(em, viewerOf(context), id));
}

async function sendLogFile({ services }: RequestContext, request: Request, response: Response): Promise<void> {
  const { file, content } = await services.logFiles.open(String(request.params['name']));
  response.type('text/plain; charset=utf-8').set('Cache-Control', 'no-store').attachment(file.name);
  await pipeline(content, response);
}

function sendWav(response: Response, fileName: string, content: Buffer): void {
  response.type('audio/wav').set('Cache-Control', 'no-store').attachment(fileName).send(content);
}

async function sendCsv(response: Response, fileName: string, rows: AsyncIterable<string>): Promise<void> {
  response.type('text/csv; charset=utf-8').set('Cache-Control', 'no-store').attachment(fileName);
  await pipeline(Readable.from(rows), response);
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
};

function withStatus(error: unknown): unknown {
  return error instanceof AppError ? Object.assign(error, { status: STATUS[error.code] ?? 400 }) : error;
}
