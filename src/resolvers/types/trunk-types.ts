import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { LineState } from '../../entities/enums.js';
import { Trunk } from '../../entities/trunk.js';
import { DialerPort } from '../../entities/dialer-port.js';

@ObjectType({ description: 'Health of a trunk or dialer port.' })
export class LineHealth {
  @Field(() => LineState, { description: 'Its state; only `IN_SERVICE` is used for calls.' })
  state!: LineState;

  @Field(() => GraphQLDateTime, { description: 'Since when it is in this state.' })
  since!: Date;

  @Field(() => Int, {
    description: 'Status code of the last SIP response that was a fault, 300 to 699; null if there was none.',
    nullable: true,
  })
  sipStatus!: number | null;

  @Field(() => String, {
    description: 'What is wrong, in English and without secrets; null if nothing is.',
    nullable: true,
  })
  message!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it is tried again; null if no try is planned.', nullable: true })
  nextTryAt!: Date | null;
}

@ObjectType({ description: 'A SIP server.' })
export class SipServer {
  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, {
    description: 'Network port, 1 to 65535; null: found by the rules of SIP for the host and transport.',
    nullable: true,
  })
  sipPort!: number | null;
}

@ObjectType({ description: 'Result of `createTrunk`.' })
export class CreateTrunkPayload {
  @Field(() => Trunk, { description: 'The new trunk.' })
  trunk!: Trunk;
}

@ObjectType({ description: 'Result of `updateTrunk`.' })
export class UpdateTrunkPayload {
  @Field(() => Trunk, { description: 'The trunk after the edit.' })
  trunk!: Trunk;
}

@ObjectType({ description: 'Result of `deleteTrunk`.' })
export class DeleteTrunkPayload {
  @Field(() => ID, { description: 'Id of the trunk that was deleted.' })
  deletedTrunkId!: string;
}

@ObjectType({ description: 'Result of `addDialerPorts`.' })
export class AddDialerPortsPayload {
  @Field(() => [DialerPort], { description: 'The new ports, in the order of the input.' })
  dialerPorts!: readonly DialerPort[];
}

@ObjectType({ description: 'Result of `removeDialerPorts`.' })
export class RemoveDialerPortsPayload {
  @Field(() => [ID], { description: 'Ids of the ports that were removed.' })
  removedDialerPortIds!: readonly string[];
}
