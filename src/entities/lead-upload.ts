import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { LeadUploadPhase } from './enums.js';
import { Campaign } from './campaign.js';
import { User } from './user.js';

@Entity({ tableName: 'lead_upload' })
@ObjectType({ description: 'An upload of leads; rows read are the loaded ones, the duplicates and the rejected ones.' })
export class LeadUpload {
  @Field(() => ID, { description: "The upload's id." })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'Name of the file, as the client sent it.' })
  @Property({ type: 'text' })
  fileName!: string;

  @Field(() => LeadUploadPhase, { description: 'The phase that it is in.' })
  @Property({ type: 'text' })
  phase!: LeadUploadPhase;

  @Field(() => Int, { description: 'Rows read so far, header row and empty lines not counted.' })
  @Property({ type: 'integer' })
  rowsRead!: number;

  @Field(() => Int, { description: 'Leads loaded; 0 until the phase is `DONE`.' })
  @Property({ type: 'integer' })
  loaded!: number;

  @Field(() => Int, { description: 'Rows left out because an earlier row of the file has the number.' })
  @Property({ type: 'integer' })
  duplicatesInFile!: number;

  @Field(() => Int, { description: 'Rows left out because the campaign has a lead with the number.' })
  @Property({ type: 'integer' })
  duplicatesInCampaign!: number;

  @Field(() => Int, { description: 'Rows left out because they are not acceptable.' })
  @Property({ type: 'integer' })
  rejected!: number;

  @Field(() => String, {
    description: 'Why nothing was loaded, in English; null unless the phase is `FAILED`.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  failure!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it began.' })
  @Property({ type: 'timestamptz' })
  startedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ended; null until then.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @ManyToOne(() => Campaign)
  campaign!: Rel<Campaign>;

  /** Who uploads; null once that user has been deleted. */
  @ManyToOne(() => User, { nullable: true })
  user!: Rel<User> | null;
}
