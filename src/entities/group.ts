import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';

@Entity({ tableName: 'dialer_group' })
@ObjectType({ description: 'A group of users and campaigns.' })
export class Group {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateGroup`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'Free text; may be empty.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => Boolean, {
    description: 'False: no campaign of the group can be started, and none can be created in it or moved into it.',
  })
  @Property({ type: 'boolean' })
  enabled!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When the group was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the group was last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
