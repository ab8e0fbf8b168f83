import { failureOf } from '../api/failure';
import { useFailureText } from '../api/use-failure-text';
import { sayFailed } from '../components/passing-messages';
import { useSession } from './session';

/** Ends the session, or says that it could not be ended. */
export function useLogout(): () => void {
  const { logout } = useSession();
  const failureText = useFailureText();
  return () => {
    logout().catch((error: unknown) => {
      sayFailed(failureText.of(failureOf(error)));
    });
  };
}
