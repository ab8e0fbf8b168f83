import { Field, ObjectType } from 'type-graphql';
import { Group } from '../../entities/group.js';

@ObjectType({ description: 'Result of `createGroup`.' })
export class CreateGroupPayload {
  @Field(() => Group, { description: 'The new group.' })
  group!: Group;
}

@ObjectType({ description: 'Result of `updateGroup`.' })
export class UpdateGroupPayload {
  @Field(() => Group, { description: 'The group after the edit.' })
  group!: Group;
}

@ObjectType({ description: 'Result of `setGroupEnabled`.' })
export class SetGroupEnabledPayload {
  @Field(() => Group, { description: 'The group after the change.' })
  group!: Group;
}
