import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { SipTransport } from '../../entities/enums.js';
import { OrderDirection, TrunkOrderField, DialerPortOrderField } from '../order-enums.js';

@InputType({ description: 'A SIP server.' })
export class SipServerInput {
  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, {
    description: 'Network port, 1 to 65535; absent or null: found by the rules of SIP for the host and transport.',
    nullable: true,
  })
  sipPort?: number | null;
}

@InputType({ description: 'Conditions on trunks; all that are given must hold.' })
export class TrunkFilter {
  @Field(() => String, { description: 'Part of the name, in any case.', nullable: true })
  search?: string | null;
}

@InputType({ description: 'Order of trunks.' })
export class TrunkOrder {
  @Field(() => TrunkOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: TrunkOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new trunk.' })
export class CreateTrunkInput {
  @Field(() => String, { description: 'Unique name, not blank.' })
  name!: string;

  @Field(() => [SipServerInput], {
    description: 'The SIP servers, in the order in which they are tried; at least one.',
  })
  servers!: readonly SipServerInput[];

  @Field(() => SipTransport, { description: 'Transport to the servers.', defaultValue: 'UDP' })
  transport!: SipTransport;

  @Field(() => SipServerInput, {
    description: 'Outbound proxy that requests go through; absent or null: none.',
    nullable: true,
  })
  outboundProxy?: SipServerInput | null;

  @Field(() => Int, {
    description:
      'Parallel calls of a trunk without registration, 1 or more, of which a customer who is transferred by `REINVITE` takes two; absent or null: calls go out through registered dialer ports.',
    nullable: true,
  })
  channels?: number | null;

  @Field(() => String, {
    description: 'User name with which a trunk without registration answers digest challenges; absent or null: none.',
    nullable: true,
  })
  username?: string | null;

  @Field(() => String, {
    description: 'Password for the user name, never returned; absent or null: none.',
    nullable: true,
  })
  password?: string | null;

  @Field(() => Float, {
    description: "Cap on the trunk's calls per second, above 0; absent or null: the installation's cap alone.",
    nullable: true,
  })
  maxCallsPerSecond?: number | null;

  @Field(() => Int, {
    description:
      "Cap on the trunk's parallel calls, 1 or more; absent or null: as many as its channels or dialer ports carry.",
    nullable: true,
  })
  maxParallelCalls?: number | null;
}

@InputType({ description: 'Edit of a trunk; what is absent stays as it is.' })
export class UpdateTrunkInput {
  @Field(() => ID, { description: "The trunk's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique name, not blank.', nullable: true })
  name?: string | null;

  @Field(() => [SipServerInput], {
    description: 'The SIP servers, in the order in which they are tried; at least one.',
    nullable: true,
  })
  servers?: readonly SipServerInput[] | null;

  @Field(() => SipTransport, { description: 'Transport to the servers.', nullable: true })
  transport?: SipTransport | null;

  @Field(() => SipServerInput, { description: 'Outbound proxy that requests go through; null: none.', nullable: true })
  outboundProxy?: SipServerInput | null;

  @Field(() => Int, {
    description:
      'Parallel calls of a trunk without registration, 1 or more, of which a customer who is transferred by `REINVITE` takes two; null: calls go out through registered dialer ports.',
    nullable: true,
  })
  channels?: number | null;

  @Field(() => String, {
    description: 'User name with which a trunk without registration answers digest challenges; null: none.',
    nullable: true,
  })
  username?: string | null;

  @Field(() => String, { description: 'Password for the user name, never returned; null: none.', nullable: true })
  password?: string | null;

  @Field(() => Float, {
    description: "Cap on the trunk's calls per second, above 0; null: the installation's cap alone.",
    nullable: true,
  })
  maxCallsPerSecond?: number | null;

  @Field(() => Int, {
    description: "Cap on the trunk's parallel calls, 1 or more; null: as many as its channels or dialer ports carry.",
    nullable: true,
  })
  maxParallelCalls?: number | null;
}

@InputType({ description: 'Which trunk is deleted.' })
export class DeleteTrunkInput {
  @Field(() => ID, { description: "The trunk's id." })
  id!: string;
}

@InputType({ description: 'Conditions on dialer ports; all that are given must hold.' })
export class DialerPortFilter {
  @Field(() => ID, { description: 'Only ports of this trunk.', nullable: true })
  trunkId?: string | null;

  @Field(() => String, { description: 'Part of the user name, in any case.', nullable: true })
  search?: string | null;
}

@InputType({ description: 'Order of dialer ports.' })
export class DialerPortOrder {
  @Field(() => DialerPortOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: DialerPortOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new dialer port.' })
export class DialerPortInput {
  @Field(() => String, { description: 'User name of the subscriber, not blank, unique in the trunk.' })
  username!: string;

  @Field(() => String, { description: 'Password of the subscriber, never returned.' })
  password!: string;
}

@InputType({ description: 'New dialer ports of a trunk.' })
export class AddDialerPortsInput {
  @Field(() => ID, { description: 'Id of the trunk, which must be one with registration.' })
  trunkId!: string;

  @Field(() => [DialerPortInput], { description: 'The ports, 1 to 1000.' })
  ports!: readonly DialerPortInput[];
}

@InputType({ description: 'Which dialer ports are removed.' })
export class RemoveDialerPortsInput {
  @Field(() => [ID], { description: 'Ids of the ports, 1 to 1000.' })
  ids!: readonly string[];
}
