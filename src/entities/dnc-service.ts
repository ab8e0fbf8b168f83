import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';

@Entity({ tableName: 'dnc_service' })
@ObjectType({
  description:
    'A service that is asked before a call whether the number must not be called. An answer that is not clear counts as out of service, never as leave to call.',
})
export class DncService {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateDncService`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, {
    description: 'Address that numbers are posted to; for the built-in service the path `/donotcall` on this server.',
  })
  @Property({ type: 'text' })
  url!: string;

  @Field(() => Boolean, { description: 'True for the built-in service, which cannot be edited or deleted.' })
  @Property({ type: 'boolean' })
  builtIn!: boolean;

  @Field(() => String, {
    description: 'PEM certificates of the authorities that may vouch for the service; null: those of the system.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  caCertificate!: string | null;

  @Field(() => Int, { description: 'Milliseconds to wait for an answer.' })
  @Property({ type: 'integer' })
  timeoutMs!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
