import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Attribution, AmdVerdict, AmdReason, AmdResultKind } from '../../entities/enums.js';

@ObjectType({ description: 'Who ended an attempt, and why.' })
export class CallTermination {
  @Field(() => Attribution, { description: 'Who or what ended it.' })
  attributedTo!: Attribution;

  @Field(() => String, {
    description:
      'The reason in kebab-case, for example `no-answer`, `number-not-reachable`, `customer-hung-up`, `transfer-failed` or `blocked-by-analytics`.',
  })
  reason!: string;

  @Field(() => Int, {
    description: 'Status code of the SIP response that decided, 300 to 699; null if none did.',
    nullable: true,
  })
  sipStatus!: number | null;

  @Field(() => String, {
    description: 'The reason phrase of that response as received; null if there was none.',
    nullable: true,
  })
  sipPhrase!: string | null;

  @Field(() => String, {
    description: 'The Warning headers of that response as received, comma separated; null if there were none.',
    nullable: true,
  })
  sipWarning!: string | null;

  @Field(() => Int, {
    description: 'Seconds in the Retry-After header of that response, 0 or more; null if there was none.',
    nullable: true,
  })
  retryAfterSeconds!: number | null;

  @Field(() => Int, {
    description:
      'The last provisional response before it, 100 to 199; 100 only if no other came; null if none came, or if the call was answered.',
    nullable: true,
  })
  lastProvisional!: number | null;

  @Field(() => String, {
    description:
      'What the dialer did or lacked itself: `ring-timeout`, `cancelled`, `no-response`, `transport`, `no-line` or `no-media`; null: nothing.',
    nullable: true,
  })
  localCause!: string | null;

  @Field(() => Int, { description: 'Q.850 cause, 1 to 127; null if none was received.', nullable: true })
  q850Cause!: number | null;

  @Field(() => String, {
    description: 'The SIP Reason headers as received, comma separated; null if there were none.',
    nullable: true,
  })
  sipReason!: string | null;
}

@ObjectType({ description: 'Something that detection measured.' })
export class AmdFeature {
  @Field(() => String, { description: 'Its name; which there are, depends on the version.' })
  name!: string;

  @Field(() => Float, { description: 'Its value, in the unit that the name tells.' })
  value!: number;
}

@ObjectType({ description: 'What answering machine detection found.' })
export class AmdResult {
  @Field(() => AmdVerdict, { description: 'What it takes the answering party for.' })
  verdict!: AmdVerdict;

  @Field(() => AmdReason, { description: 'The check that decided.' })
  reason!: AmdReason;

  @Field(() => AmdResultKind, {
    description: 'What answered; null for calls of versions that did not tell.',
    nullable: true,
  })
  kind!: AmdResultKind | null;

  @Field(() => Int, { description: 'Milliseconds of audio from the answer to the verdict.' })
  decisionMs!: number;

  @Field(() => Float, { description: 'Confidence in the verdict, 0 to 1.' })
  confidence!: number;

  @Field(() => [AmdFeature], { description: 'What it measured until the verdict, in the order of the names.' })
  features!: readonly AmdFeature[];
}
