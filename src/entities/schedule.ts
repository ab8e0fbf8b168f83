import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLLocalDate, GraphQLLocalTime, GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { Campaign } from './campaign.js';

@Entity({ tableName: 'schedule' })
@ObjectType({ description: 'The window of one day in which a campaign dials.' })
export class Schedule {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => GraphQLLocalDate, { description: "The day, in the campaign's time zone." })
  @Property({ type: 'date' })
  date!: string;

  @Field(() => GraphQLLocalTime, { description: "Start of the window, in the campaign's time zone." })
  @Property({ type: 'time' })
  startTime!: string;

  @Field(() => GraphQLLocalTime, { description: "End of the window, in the campaign's time zone, after its start." })
  @Property({ type: 'time' })
  endTime!: string;

  @Field(() => GraphQLDateTime, {
    description:
      'Instant at which the window opens; a start in an hour that daylight-saving time skips is the first instant after it.',
  })
  @Property({ type: 'timestamptz' })
  startsAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'Instant at which the window closes; an hour that is repeated runs once through to its end.',
  })
  @Property({ type: 'timestamptz' })
  endsAt!: Date;

  @ManyToOne(() => Campaign)
  campaign!: Rel<Campaign>;

  /** The campaign was started inside the window and dialed, or was ready to dial. */
  @Property({ type: 'boolean' })
  ran = false;

  /** The campaign ran out of leads inside the window. */
  @Property({ type: 'boolean' })
  leadsDone = false;
}
