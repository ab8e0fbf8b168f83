import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { groupAccess } from '../auth/group-access.js';
import type { Viewer } from '../auth/viewer.js';
import { Group } from '../entities/group.js';
import { notFound } from '../errors.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';

export interface GroupEdit {
  readonly name?: string | null;
  readonly description?: string | null;
}

/** Groups are never deleted, only disabled (product.md, Groups). */
export class GroupService {
  async find(em: EntityManager, viewer: Viewer, id: string): Promise<Group> {
    const group = isId(id) ? await em.findOne(Group, { $and: [{ id }, groupAccess.groups(viewer)] }) : null;
    if (!group) throw notFound('group', id);
    return group;
  }

  async create(em: EntityManager, input: { name: string; description: string }): Promise<Group> {
    checkEdit(input);
    const group = em.create(Group, {
      id: uuidv7(),
      version: 1,
      name: input.name.trim(),
      description: input.description,
      enabled: true,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    await flushNamed(em, group.name);
    return group;
  }

  async update(em: EntityManager, viewer: Viewer, id: string, version: number, edit: GroupEdit): Promise<Group> {
    checkEdit(edit);
    const group = await this.find(em, viewer, id);
    requireVersion(group.version, version);
    if (edit.name != null) group.name = edit.name.trim();
    if (edit.description != null) group.description = edit.description;
    group.updatedAt = new Date();
    await flushNamed(em, group.name);
    return group;
  }

  /** Started campaigns of a disabled group run on; sessions of its users go on too, only new ones are refused. */
  async setEnabled(em: EntityManager, viewer: Viewer, id: string, enabled: boolean): Promise<Group> {
    const group = await this.find(em, viewer, id);
    if (group.enabled !== enabled) {
      group.enabled = enabled;
      group.updatedAt = new Date();
      await em.flush();
    }
    return group;
  }
}

function checkEdit(edit: GroupEdit): void {
  const check = new InputCheck();
  check.noNulls('input', edit);
  check.notBlank('input.name', edit.name);
  check.text('input.description', edit.description);
  check.throwIfAny();
}

async function flushNamed(em: EntityManager, name: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'dialer_group_name_key', 'input.name', name);
  }
}
