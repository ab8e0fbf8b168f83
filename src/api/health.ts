import { createHash, timingSafeEqual } from 'node:crypto';
import type { Express, NextFunction, Request, Response } from 'express';
import type { EngineStatus } from '../engine/contracts/engine.js';
import { Role } from '../entities/enums.js';
import type { ContextFactory } from './context.js';
import { isLoopback } from '../loopback.js';
import { tokenOf } from './request-token.js';

/** A database that does not answer in this time counts as one that does not answer. */
const PATIENCE_MS = 2000;

export interface HealthSources {
  /** Rejects if the database does not answer. */
  readonly pingDatabase: () => Promise<unknown>;
  readonly engine: () => Pick<EngineStatus, 'state' | 'idleReason'>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Lets Prometheus in from elsewhere; absent: only a `MASTER` is. */
  readonly metricsToken?: string | undefined;
}

/**
 * For supervisors and load balancers, without a session: `/healthz` (the process is alive), `/readyz` (it can do its
 * work), `/readyz?dialing` (it can, and is the one that dials). For Prometheus: `/metrics`, from loopback, or with the
 * configured token or that of a `MASTER`.
 */
export function health(contexts: ContextFactory, sources: HealthSources): (app: Express) => void {
  return (app) => {
    app.get('/healthz', (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'alive' });
    });
    app.get('/readyz', (request, response, next) => {
      answerReadiness(sources, request.query['dialing'] !== undefined, response).catch(next);
    });
    app.get('/metrics', (request, response, next) => {
      answerMetrics(contexts, sources, request, response).catch((error: unknown) => {
        refuse(response, next, error);
      });
    });
  };
}

async function answerReadiness(
  { pingDatabase, engine }: HealthSources,
  mustDial: boolean,
  response: Response,
): Promise<void> {
  const reasons: string[] = [];
  if (!(await answersInTime(pingDatabase))) reasons.push('The database does not answer.');
  const { state, idleReason } = engine();
  if (state === 'DRAINING') reasons.push('The engine is draining: calls in flight finish, no new ones are placed.');
  if (state === 'STOPPED') reasons.push('The engine is not running.');
  if (mustDial && (state === 'STANDBY' || state === 'RECOVERING')) reasons.push('This process does not dial.');
  response
    .status(reasons.length === 0 ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons, engine: { state, idleReason } });
}

async function answersInTime(ping: () => Promise<unknown>): Promise<boolean> {
  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<false>((done) => {
    patience = setTimeout(() => {
      done(false);
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([
      ping().then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(patience);
  }
}

async function answerMetrics(
  contexts: ContextFactory,
  { metrics, metricsToken }: HealthSources,
  request: Request,
  response: Response,
): Promise<void> {
  // Behind a proxy on the same machine everybody comes from loopback: what was forwarded did not.
  const isForwarded = ['forwarded', 'x-forwarded-for', 'via'].some((name) => request.headers[name] !== undefined);
  const token = tokenOf(request);
  if ((isForwarded || !isLoopback(request.socket.remoteAddress)) && !isSame(token, metricsToken)) {
    const viewer = await contexts.viewer(token);
    if (viewer?.role !== Role.MASTER || viewer.mustChangePassword) {
      response
        .status(viewer ? 403 : 401)
        .type('text')
        .send('From loopback, or with METRICS_TOKEN, or the token of a MASTER.\n');
      return;
    }
  }
  response.type(metrics.contentType).send(await metrics.text());
}

/** Takes the same time wherever the two begin to differ. */
function isSame(given: string | undefined, wanted: string | undefined): boolean {
  if (given === undefined || wanted === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function refuse(response: Response, next: NextFunction, error: unknown): void {
  if (response.headersSent) response.destroy();
  else next(error);
}
