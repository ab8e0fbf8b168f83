import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { NextFunction, Request, Response } from 'express';
import { pagePolicy } from './http-security.js';

/** GraphiQL for a browser's GET, with everything it needs inside the page: it works without internet access. */
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
    if (page !== undefined && isBrowser) response.type('html').set('Content-Security-Policy', policy).send(page);
    else next();
  };
}
