import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { ErrorCode } from '../errors.js';

@Entity({ tableName: 'audit_event' })
@ObjectType({ description: 'An entry of the audit log: who did, or tried to do, what. Entries are never changed.' })
export class AuditEvent {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When.' })
  @Property({ type: 'timestamptz' })
  at!: Date;

  @Field(() => String, {
    description: 'User name at the time, as given for a failed `login`; null if the server acted by itself.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  username!: string | null;

  @Field(() => String, {
    description: 'Network address that the request came from; null if the server acted by itself.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  address!: string | null;

  @Field(() => String, { description: 'What was done: the name of the mutation, for example `startCampaign`.' })
  @Property({ type: 'text' })
  action!: string;

  @Field(() => String, {
    description: 'Type of the object that it concerned, for example `Campaign`; null if none.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  objectType!: string | null;

  @Field(() => ID, { description: 'Id of that object; null if none.', nullable: true })
  @Property({ type: 'text', nullable: true })
  objectId!: string | null;

  @Field(() => GraphQLJSONObject, {
    description: 'What was changed, without secrets; null if nothing is recorded.',
    nullable: true,
  })
  @Property({ type: 'json', nullable: true })
  details!: Record<string, unknown> | null;

  @Field(() => ErrorCode, { description: 'Why it was refused; null if it was done.', nullable: true })
  @Property({ type: 'text', nullable: true })
  errorCode!: ErrorCode | null;

  /** A plain id, no relation: the entry outlives the user. */
  @Property({ type: 'uuid', nullable: true })
  userId!: string | null;
}
