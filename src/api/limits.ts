import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import {
  fieldExtensionsEstimator,
  getComplexity,
  simpleEstimator,
  type ComplexityEstimator,
} from 'graphql-query-complexity';
import { ErrorCode } from '../errors.js';
import { PAGE_DEFAULT } from '../resolvers/connection.js';

/** Bounds of one request; a request past one of them is refused before anything of it runs. */
export const limits = {
  /** Lexical tokens of the document. */
  maxTokens: 4000,
  /** Levels of selection. The introspection query of GraphiQL needs 13. */
  maxDepth: 15,
  /** Fields of an operation, with all fragments written out. */
  maxFields: 2000,
  /** Aliases of an operation, with all fragments written out. */
  maxAliases: 50,
  /** Points: a field is one, a page multiplies what is in it by its size. */
  maxComplexity: 50_000,
  /** Bytes of a request that is no upload and has a session: a report of 20,000 agents has room in it. */
  maxBodyBytes: 8_000_000,
  /** Bytes of a request without a session. */
  maxStrangerBodyBytes: 1_000_000,
  /** Bytes of a WebSocket message. */
  maxMessageBytes: 1_000_000,
  /** Subscriptions at a time over one WebSocket. */
  maxSubscriptions: 200,
  /** Uploads at a time, of all users. */
  maxUploads: 16,
  /** Uploads at a time, of one user. */
  maxUploadsOfUser: 8,
} as const;

/** What a selection amounts to when all fragments are written out. */
interface Extent {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

/**
 * Validation rule for depth, aliases and size. Each fragment is measured once, so that fragments which spread each other
 * over and over cost no more here than they have lines; the bound on the fields keeps what follows as cheap.
 */
export function limitRule(context: ValidationContext): ASTVisitor {
  const measured = new Map<string, Extent>();
  const nothing: Extent = { depth: 0, aliases: 0, fields: 0 };

  const measureFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    // A fragment that spreads itself is another rule's business; here it must only come to an end.
    measured.set(name, nothing);
    const extent = measure(context.getFragment(name)?.selectionSet);
    measured.set(name, extent);
    return extent;
  };
  const measure = (set: SelectionSetNode | undefined): Extent => {
    let { depth, aliases, fields } = nothing;
    for (const selection of set?.selections ?? []) {
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : measure(selection.selectionSet);
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      fields += inner.fields + (isField ? 1 : 0);
    }
    return { depth, aliases, fields };
  };
  return {
    OperationDefinition(node) {
      const { depth, aliases, fields } = measure(node.selectionSet);
      const refuse = (what: string): void => {
        context.reportError(tooComplex(`The request has ${what}.`));
      };
      if (depth > limits.maxDepth) refuse(`${depth} levels; ${limits.maxDepth} are allowed`);
      if (aliases > limits.maxAliases) refuse(`${aliases} aliases; ${limits.maxAliases} are allowed`);
      if (fields > limits.maxFields) refuse(`more than ${limits.maxFields} fields`);
      return false;
    },
  };
}

/** Throws if the operation costs more than is allowed. It needs the variables, so it is no validation rule. */
export function checkComplexity(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Record<string, unknown>,
  operationName: string | null | undefined,
): void {
  const definitions = getOperationAST(query, operationName)?.variableDefinitions ?? [];
  // Such a request is refused by the execution, as bad input, before anything of it runs.
  if (getVariableValues(schema, definitions, variables).errors) return;
  const cost = getComplexity({
    schema,
    query,
    variables,
    ...(operationName == null ? {} : { operationName }),
    estimators: [fieldExtensionsEstimator(), pageEstimator, simpleEstimator({ defaultComplexity: 1 })],
  });
  if (cost > limits.maxComplexity) {
    throw tooComplex(`The request costs ${cost} points; ${limits.maxComplexity} are allowed. Ask for smaller pages.`);
  }
}

const pageEstimator: ComplexityEstimator = ({ args, childComplexity, type, field }) => {
  const isPage = field.args.some((argument) => argument.name === 'first') && type.name !== 'Subscription';
  if (!isPage) return undefined;
  const { first, last } = args as { first?: number | null; last?: number | null };
  return 1 + Math.max(1, first ?? last ?? PAGE_DEFAULT) * childComplexity;
};

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: ErrorCode.QUERY_TOO_COMPLEX, http: { status: 400 } } });
}
