import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { NextFunction, Request, Response } from 'express';
import { pagePolicy } from './http-security.js';

/**
 * GraphiQL for a browser's GET, with everything it needs inside the page: it works without internet access. Where it is
 * off, the browser is told so.
 */
export function explorer(enabled: boolean) {
  const page = enabled
    ? renderGraphiQL({
        title: 'Outdial',
        endpoint: '/graphql',
        subscriptionsProtocol: 'WS',
        defaultQuery: 'query { serverInfo { name version lab } }\n',
      })
    : undefined;
  const policy = page === undefined ? '' : pagePolicy(page);
  return (request: Request, response: Response, next: NextFunction): void => {
    const isBrowser =
      request.method === 'GET' && request.accepts(['json', 'html']) === 'html' && !request.query['query'];
    if (!isBrowser) next();
    else if (page !== undefined) response.type('html').set('Content-Security-Policy', policy).send(page);
    else response.status(404).type('text').send('The explorer is off. Programs send their queries here by POST.\n');
  };
}
