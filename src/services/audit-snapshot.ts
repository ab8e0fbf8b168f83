import { type EntityManager, type EntityMetadata, ReferenceKind } from '@mikro-orm/postgresql';
import type { Snapshot } from './audit-details.js';
import { isId } from './input-check.js';

/** Properties that change with every edit and say nothing of it. */
const NOISE = new Set(['id', 'version', 'createdAt', 'updatedAt']);

/**
 * The object of that type as the database has it now; undefined if there is none. The type is the name of its entity.
 * Secrets are loaded on demand only (`lazy`), so they are not in it.
 */
export async function snapshot(em: EntityManager, type: string, id: string): Promise<Snapshot | undefined> {
  const metadata = [...em.getMetadata()].find((candidate) => candidate.className === type) as
    EntityMetadata<Record<string, unknown>> | undefined;
  if (!metadata || !isId(id)) return undefined;
  const properties = metadata.props.filter((property) => !property.lazy && !NOISE.has(property.name));
  const lists = properties.filter((property) => property.kind === ReferenceKind.MANY_TO_MANY);
  const fork = em.fork();
  const found = await fork.findOne(metadata.class, { id }, { populate: lists.map(({ name }) => name) as never[] });
  if (!found) return undefined;
  return Object.fromEntries(
    properties.map((property) => [property.name, plain((found as Record<string, unknown>)[property.name])]),
  );
}

function plain(value: unknown): unknown {
  if (isCollection(value)) return value.getIdentifiers().map(String).sort();
  if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') return value.id;
  return value;
}

function isCollection(value: unknown): value is { getIdentifiers(): unknown[] } {
  return typeof value === 'object' && value !== null && 'getIdentifiers' in value;
}
