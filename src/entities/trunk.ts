import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { SipTransport } from './enums.js';

/** A SIP server as it is stored. */
export interface SipServerAddress {
  readonly host: string;
  /** 1 to 65535; null: found by the rules of SIP. */
  readonly sipPort: number | null;
}

@Entity({ tableName: 'trunk' })
@ObjectType({
  description: 'A way to the telephone network: a PBX at which dialer ports register, or a host without registration.',
})
export class Trunk {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateTrunk`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => SipTransport, { description: 'Transport to the servers.' })
  @Property({ type: 'text' })
  transport!: SipTransport;

  @Field(() => Int, {
    description: 'Parallel calls of a trunk without registration; null: calls go out through registered dialer ports.',
    nullable: true,
  })
  @Property({ type: 'integer', nullable: true })
  channels!: number | null;

  @Field(() => String, {
    description: 'User name with which a trunk without registration answers digest challenges; null: none.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  username!: string | null;

  @Field(() => Float, {
    description: "Cap on the trunk's calls per second; null: the installation's cap alone.",
    nullable: true,
  })
  @Property({ type: 'double', nullable: true })
  maxCallsPerSecond!: number | null;

  @Field(() => Int, {
    description: "Cap on the trunk's parallel calls; null: as many as its channels or dialer ports carry.",
    nullable: true,
  })
  @Property({ type: 'integer', nullable: true })
  maxParallelCalls!: number | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @Property({ type: 'json' })
  servers!: readonly SipServerAddress[];

  @Property({ type: 'json', nullable: true })
  outboundProxy!: SipServerAddress | null;

  /** Never leaves the server. */
  @Property({ type: 'text', nullable: true, lazy: true })
  password!: string | null;
}
