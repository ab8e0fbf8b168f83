import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { AuditEventOrderField, OrderDirection } from '../order-enums.js';

@InputType({ description: 'Conditions on entries of the audit log; all that are given must hold.' })
export class AuditEventFilter {
  @Field(() => ID, { description: 'Only what this user did.', nullable: true })
  userId?: string | null;

  @Field(() => String, { description: 'Only this action, for example `startCampaign`.', nullable: true })
  action?: string | null;

  @Field(() => ID, { description: 'Only what concerned this object.', nullable: true })
  objectId?: string | null;

  @Field(() => Boolean, { description: 'Only what was refused (true) or was done (false).', nullable: true })
  refused?: boolean | null;

  @Field(() => GraphQLDateTime, { description: 'Only this instant and later.', nullable: true })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { description: 'Only before this instant.', nullable: true })
  to?: Date | null;
}

@InputType({ description: 'Order of entries of the audit log.' })
export class AuditEventOrder {
  @Field(() => AuditEventOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: AuditEventOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}
