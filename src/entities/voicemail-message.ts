import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ObjectType } from 'type-graphql';

/** The samples are read by those who play or download them, and are no property. */
@Entity({ tableName: 'voicemail_message' })
@ObjectType({ description: 'The message that a campaign leaves on answering machines.' })
export class VoicemailMessage {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  campaignId!: string;

  @Field(() => String, { description: 'Name of the file, as the client sent it.' })
  @Property({ type: 'text' })
  fileName!: string;

  @Field(() => Float, { description: 'Length in seconds, above 0 and up to 60.' })
  @Property({ type: 'double' })
  durationSeconds!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was uploaded.' })
  @Property({ type: 'timestamptz' })
  uploadedAt!: Date;
}
