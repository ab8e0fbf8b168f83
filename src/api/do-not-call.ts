import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { OutspokenDncService } from '../engine/contracts/dnc-service.js';
import { readPhoneNumber } from '../engine/domain/phone-number.js';

/** The question has some 30 bytes. */
const MAX_BODY_BYTES = 1024;
const WANTED = 'The body must be JSON like {"number":"554181021119"}';

/**
 * The built-in do-not-call service as others see it: `POST /donotcall`, word for word as product.md has it, without a
 * session. Whatever is not a clear answer has another status than 200, since 200 may be taken for leave to call.
 */
export function doNotCall(list: OutspokenDncService): (app: Express) => void {
  return (app) => {
    app.post(
      '/donotcall',
      // Whoever leaves out the content type means JSON all the same.
      express.json({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }),
      (request: Request, response: Response, next: NextFunction) => {
        answer(list, request.body, response).catch(next);
      },
    );
    app.all('/donotcall', (_request: Request, response: Response) => {
      refuse(response.set('Allow', 'POST'), 405, 'Numbers are asked about by POST.');
    });
    app.use('/donotcall', (error: Error & { status?: number }, _: Request, response: Response, next: NextFunction) => {
      const { status = 500 } = error;
      // What went wrong in the server itself is logged where all such errors are.
      if (response.headersSent || status >= 500) next(error);
      else if (status === 413) refuse(response, status, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
      else refuse(response, status, status === 400 ? `${WANTED}.` : `${WANTED}: ${error.message}.`);
    });
  };
}

async function answer(list: OutspokenDncService, body: unknown, response: Response): Promise<void> {
  const number: unknown = typeof body === 'object' && body !== null && 'number' in body ? body.number : undefined;
  if (typeof number !== 'string') {
    refuse(response, 400, `${WANTED}, with the number as a text.`);
    return;
  }
  const digits = number.replace(/^\+/, '');
  const reading = /^\d{1,20}$/.test(digits) ? readPhoneNumber(`+${digits}`) : undefined;
  if (!reading?.ok) {
    const shown = JSON.stringify(number.slice(0, 40));
    refuse(response, 400, `${shown} is not a telephone number: digits, beginning with the country code, are wanted.`);
    return;
  }
  const { answer: said, message } = await list.ask(reading.e164);
  if (said === 'OUT_OF_SERVICE') refuse(response, 503, message ?? 'The list cannot be read.');
  else response.set('Cache-Control', 'no-store').json({ number: digits, doNotCall: said === 'DO_NOT_CALL' });
}

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}
