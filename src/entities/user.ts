import { Collection } from '@mikro-orm/core';
import { Entity, ManyToMany, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Role } from './enums.js';
import { Group } from './group.js';

@Entity({ tableName: 'app_user' })
@ObjectType({ description: 'A user of the installation.' })
export class User {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateUser`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name with which the user logs in.' })
  @Property({ type: 'text' })
  username!: string;

  @Field(() => Role, { description: "The user's role." })
  @Property({ type: 'text' })
  role!: Role;

  @Field(() => Boolean, { description: 'False: the user cannot log in.' })
  @Property({ type: 'boolean' })
  enabled!: boolean;

  @Field(() => Boolean, { description: 'True: the user must change the password before anything else.' })
  @Property({ type: 'boolean' })
  mustChangePassword!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When the user was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the user was last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  /** Argon2id, in the PHC string format. Never leaves the server. */
  @Property({ type: 'text', lazy: true })
  passwordHash!: string;

  /** Shown by the resolver, which leaves out those that the reader may not see. */
  @ManyToMany(() => Group, undefined, {
    owner: true,
    pivotTable: 'group_member',
    joinColumn: 'user_id',
    inverseJoinColumn: 'group_id',
  })
  groups = new Collection<Group>(this);
}
