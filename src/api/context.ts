import type { IncomingMessage } from 'node:http';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Request, Response } from 'express';
import type { Sessions } from '../auth/sessions.js';
import type { Viewer } from '../auth/viewer.js';
import { createLiveFeeds, type LiveFeeds } from '../resolvers/live/index.js';
import { createLoaders } from '../resolvers/loaders.js';
import type { RequestContext } from '../resolvers/request-context.js';
import type { Services } from '../services/index.js';
import { clientAddress, type IsTrustedProxy } from './client-address.js';
import { cookieOf, SESSION_COOKIE, tokenOf } from './request-token.js';
import type { Topics } from './topics.js';

/** Makes the context of a request; only the place of the token differs between HTTP and WebSocket. */
export class ContextFactory {
  private readonly live: LiveFeeds;

  constructor(
    private readonly orm: MikroORM,
    readonly sessions: Sessions,
    private readonly services: Services,
    private readonly topics: Topics,
    private readonly isTrustedProxy: IsTrustedProxy,
  ) {
    this.live = createLiveFeeds(orm, services, topics);
  }

  async viewer(token: string | undefined): Promise<Viewer | undefined> {
    return token === undefined ? undefined : this.sessions.find(token);
  }

  async http(request: Request, response: Response): Promise<RequestContext> {
    const viewer = await this.viewer(tokenOf(request) ?? cookieOf(request));
    return this.create(viewer, request, {
      setSessionCookie: (token, expiresAt) => {
        const options = { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' } as const;
        if (token === null) response.clearCookie(SESSION_COOKIE, options);
        else response.cookie(SESSION_COOKIE, token, { ...options, expires: expiresAt });
      },
    });
  }

  create(
    viewer: Viewer | undefined,
    request: IncomingMessage,
    ofTransport: Pick<RequestContext, 'setSessionCookie' | 'cutOffSlowReader'> = {},
  ): RequestContext {
    const read = () => {
      const em = this.orm.em.fork();
      return { em, loaders: createLoaders(em, this.services) };
    };
    const context = {
      viewer: viewer ?? null,
      ...read(),
      services: this.services,
      topics: this.topics,
      live: this.live,
      address: clientAddress(request, this.isTrustedProxy),
      ...ofTransport,
      renew: (): void => {
        Object.assign(context, read());
      },
    };
    return context;
  }
}
