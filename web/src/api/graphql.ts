import { gql } from '@apollo/client';
import { createFragmentRegistry } from '@apollo/client/cache';
import type { graphql as TypedGraphql } from './generated/gql';

/** Fragments by their names: an operation that spreads one has it added when it is sent. */
export const fragments = createFragmentRegistry();

/**
 * An operation or a fragment, typed by what the build has made of the same text in `generated/`. Of the generated files
 * the types alone are used, so that each operation is in the chunk of the page that asks it.
 */
export const graphql = ((source: string) => {
  const document = gql(source);
  fragments.register(document);
  return document;
}) as typeof TypedGraphql;
