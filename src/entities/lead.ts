import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSONObject, GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { LeadStatus } from './enums.js';
import { LeadPlace } from '../engine/domain/lead-state.js';
import { Campaign } from './campaign.js';
import { PhoneNumberScalar } from './phone-number-scalar.js';

@Entity({ tableName: 'lead' })
@ObjectType({ description: 'A person to call.' })
export class Lead {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateLead`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Name of the person; may be empty.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'Free text; may be empty.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => PhoneNumberScalar, { description: 'Telephone number.' })
  @Property({ type: 'text' })
  phoneNumber!: string;

  @Field(() => GraphQLJSONObject, {
    description: 'Further columns of the file that it was loaded from, column name to text; empty if there were none.',
  })
  @Property({ type: 'json' })
  extraFields!: Record<string, unknown>;

  @Field(() => LeadStatus, { description: 'Result of the last attempt.' })
  @Property({ type: 'text' })
  status!: LeadStatus;

  @Field(() => Int, {
    description: "Attempts that count against the campaign's maximum, since the lead was loaded or last recycled.",
  })
  @Property({ type: 'integer' })
  attemptCount!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was loaded.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last edited, called or recycled.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @ManyToOne(() => Campaign)
  campaign!: Rel<Campaign>;

  /** Order of loading and, within a file, of rows. A 64-bit number, which the driver gives as text. */
  @Property({ type: 'bigint' })
  position!: string;

  @Property({ type: 'text' })
  place!: LeadPlace;

  /** With the place `RETRY`: when it may be called again. */
  @Property({ type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  /** Its last attempt found that the number cannot be reached. */
  @Property({ type: 'boolean' })
  unreachable = false;

  @Property({ type: 'timestamptz', nullable: true })
  lastEndedAt!: Date | null;
}
