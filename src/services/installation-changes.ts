/**
 * Tells the engine that trunks, dialer ports, queues or do-not-call services were edited, so that it reads them again. Services call it after
 * the commit. It returns at once and never throws; what is read takes effect on the next call, those in flight finish
 * under the old settings.
 */
export type InstallationChanged = () => void;
