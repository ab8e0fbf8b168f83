import { Field, ID, InputType, Int } from 'type-graphql';
import { DncUploadMode } from '../../entities/dnc-enums.js';
import { PhoneNumberScalar } from '../../entities/phone-number-scalar.js';
import { DncNumberOrderField, DncServiceOrderField, OrderDirection } from '../order-enums.js';

@InputType({ description: 'Conditions on do-not-call services; all that are given must hold.' })
export class DncServiceFilter {
  @Field(() => String, { description: 'Part of the name, in any case.', nullable: true })
  search?: string | null;
}

@InputType({ description: 'Order of do-not-call services.' })
export class DncServiceOrder {
  @Field(() => DncServiceOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: DncServiceOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new do-not-call service.' })
export class CreateDncServiceInput {
  @Field(() => String, { description: 'Unique name, not blank.' })
  name!: string;

  @Field(() => String, { description: 'Address that numbers are posted to: `https`, or `http` to loopback only.' })
  url!: string;

  @Field(() => String, {
    description:
      'PEM certificates of the authorities that may vouch for the service; absent or null: those of the system.',
    nullable: true,
  })
  caCertificate?: string | null;

  @Field(() => Int, { description: 'Milliseconds to wait for an answer, 100 to 10000.', defaultValue: 2000 })
  timeoutMs!: number;
}

@InputType({ description: 'Edit of a do-not-call service; what is absent stays as it is.' })
export class UpdateDncServiceInput {
  @Field(() => ID, { description: "The service's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique name, not blank.', nullable: true })
  name?: string | null;

  @Field(() => String, {
    description: 'Address that numbers are posted to: `https`, or `http` to loopback only.',
    nullable: true,
  })
  url?: string | null;

  @Field(() => String, {
    description: 'PEM certificates of the authorities that may vouch for the service; null: those of the system.',
    nullable: true,
  })
  caCertificate?: string | null;

  @Field(() => Int, { description: 'Milliseconds to wait for an answer, 100 to 10000.', nullable: true })
  timeoutMs?: number | null;
}

@InputType({ description: 'Which do-not-call service is deleted.' })
export class DeleteDncServiceInput {
  @Field(() => ID, { description: "The service's id." })
  id!: string;
}

@InputType({ description: 'A question to a do-not-call service.' })
export class TestDncServiceInput {
  @Field(() => ID, { description: "The service's id." })
  id!: string;

  @Field(() => PhoneNumberScalar, { description: 'The number to ask about, with its country code.' })
  phoneNumber!: string;
}

@InputType({ description: 'Conditions on numbers of the built-in do-not-call list; all that are given must hold.' })
export class DncNumberFilter {
  @Field(() => String, { description: 'Part of the number.', nullable: true })
  search?: string | null;
}

@InputType({ description: 'Order of numbers on the built-in do-not-call list.' })
export class DncNumberOrder {
  @Field(() => DncNumberOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: DncNumberOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'How an uploaded file is applied.' })
export class UploadDncNumbersInput {
  @Field(() => DncUploadMode, { description: 'Whether the file joins the list or replaces it.' })
  mode!: DncUploadMode;
}
