/** What the lab needs of a logger; pino's and the engine's satisfy it. */
export interface LabLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const drop = (): void => undefined;

export const SILENT_LOG: LabLog = { debug: drop, info: drop, warn: drop };

/** Telephone numbers are masked in logs but for their last two digits, which may script the call. */
export function masked(phoneNumber: string): string {
  return phoneNumber.slice(-2).padStart(phoneNumber.length, '*');
}
