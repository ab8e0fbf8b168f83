import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { Trunk } from './trunk.js';

@Entity({ tableName: 'dialer_port' })
@ObjectType({ description: 'A dialer port: one SIP subscriber of a PBX, which carries one call at a time.' })
export class DialerPort {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'User name of the subscriber, unique in the trunk.' })
  @Property({ type: 'text' })
  username!: string;

  @Field(() => GraphQLDateTime, { description: 'When it was added.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @ManyToOne(() => Trunk)
  trunk!: Rel<Trunk>;

  /** Never leaves the server. */
  @Property({ type: 'text', lazy: true })
  password!: string;
}
