import { failureOf } from '../api/failure';
import { FailureAlert } from './failure-alert';

interface QueryFailureProps {
  /** As `useQuery` returns it. */
  readonly query: { readonly error?: unknown; readonly refetch: () => Promise<unknown> };
}

/** Why a query has brought nothing, with a button that asks again; for choices that would otherwise only be empty. */
export function QueryFailure({ query: { error, refetch } }: QueryFailureProps) {
  if (!error) return null;
  return <FailureAlert failure={failureOf(error)} onRetry={() => void refetch().catch(() => undefined)} />;
}
