import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DncAnswer } from '../../entities/dnc-enums.js';
import { DncService } from '../../entities/dnc-service.js';
import { RejectedRow } from './lead-types.js';

@ObjectType({ description: 'Result of `createDncService`.' })
export class CreateDncServicePayload {
  @Field(() => DncService, { description: 'The new service.' })
  dncService!: DncService;
}

@ObjectType({ description: 'Result of `updateDncService`.' })
export class UpdateDncServicePayload {
  @Field(() => DncService, { description: 'The service after the edit.' })
  dncService!: DncService;
}

@ObjectType({ description: 'Result of `deleteDncService`.' })
export class DeleteDncServicePayload {
  @Field(() => ID, { description: 'Id of the service that was deleted.' })
  deletedDncServiceId!: string;
}

@ObjectType({ description: 'Result of `testDncService`.' })
export class TestDncServicePayload {
  @Field(() => DncService, { description: 'The service that was asked.' })
  dncService!: DncService;

  @Field(() => DncAnswer, { description: 'What it says of the number.' })
  answer!: DncAnswer;

  @Field(() => Int, { description: 'Milliseconds from the question to the answer or time-out.' })
  durationMs!: number;

  @Field(() => String, {
    description: 'Why there was no clear answer, in English; null if there was one.',
    nullable: true,
  })
  message!: string | null;
}

@ObjectType({
  description: 'Result of `uploadDncNumbers`; rows read are the loaded ones, the duplicates and the rejected ones.',
})
export class UploadDncNumbersPayload {
  @Field(() => DncService, { description: 'The built-in service.' })
  dncService!: DncService;

  @Field(() => Int, { description: 'Rows read, empty lines not counted.' })
  rowsRead!: number;

  @Field(() => Int, { description: 'Numbers loaded.' })
  loaded!: number;

  @Field(() => Int, {
    description:
      'Rows left out because an earlier row has the number or, in the mode `APPEND`, the list had it already.',
  })
  duplicates!: number;

  @Field(() => Int, { description: 'Rows left out because they are not acceptable.' })
  rejected!: number;

  @Field(() => [RejectedRow], { description: 'The first 1,000 rejected rows, in file order.' })
  rejectedRows!: readonly RejectedRow[];

  @Field(() => Int, { description: 'Numbers on the list now.' })
  totalNumbers!: number;
}
