import type { CreateDncServiceInput, DncServiceRowFragment } from '../api/generated/graphql';

export interface ServiceValues extends Record<string, unknown> {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number | '';
  readonly caCertificate: string;
}

export const newService: ServiceValues = { name: '', url: '', timeoutMs: 2000, caCertificate: '' };

export function serviceValues({ name, url, timeoutMs, caCertificate }: DncServiceRowFragment): ServiceValues {
  return { name, url, timeoutMs, caCertificate: caCertificate ?? '' };
}

export function serviceInput({ name, url, timeoutMs, caCertificate }: ServiceValues): CreateDncServiceInput {
  return { name, url: url.trim(), timeoutMs: Number(timeoutMs), caCertificate: caCertificate.trim() || null };
}
