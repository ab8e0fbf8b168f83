import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { Arg, Args, Ctx, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Auth, doNotCallManagers } from '../auth/roles.js';
import { DncNumber } from '../entities/dnc-number.js';
import { DncService } from '../entities/dnc-service.js';
import { dncListLength, dncNumberConditions } from '../services/dnc-numbers.js';
import { escapeLike } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CreateDncServiceInput,
  DeleteDncServiceInput,
  DncNumberFilter,
  DncNumberOrder,
  DncServiceFilter,
  DncServiceOrder,
  TestDncServiceInput,
  UpdateDncServiceInput,
  UploadDncNumbersInput,
} from './inputs/dnc-inputs.js';
import { DncNumberOrderField, DncServiceOrderField, OrderDirection } from './order-enums.js';
import type { RequestContext } from './request-context.js';
import {
  CreateDncServicePayload,
  DeleteDncServicePayload,
  TestDncServicePayload,
  UpdateDncServicePayload,
  UploadDncNumbersPayload,
} from './types/dnc-types.js';

/** Bytes that are read at once: small, since the rows in them are converted without a break. */
const PIECE_BYTES = 32_768;

@ObjectType({ description: 'A do-not-call service in a page.' })
class DncServiceEdge extends edgeType(DncService, 'A do-not-call service') {}

@ObjectType({ description: 'A page of do-not-call services.' })
class DncServiceConnection extends connectionType(DncService, DncServiceEdge, 'do-not-call services') {}

@ObjectType({ description: 'A number on the built-in do-not-call list in a page.' })
class DncNumberEdge extends edgeType(DncNumber, 'A number on the built-in do-not-call list') {}

@ObjectType({ description: 'A page of numbers on the built-in do-not-call list.' })
class DncNumberConnection extends connectionType(
  DncNumber,
  DncNumberEdge,
  'numbers on the built-in do-not-call list',
) {}

@Resolver()
export class DncResolver {
  @Auth(...doNotCallManagers)
  @Query(() => DncServiceConnection, { description: 'The do-not-call services, the built-in one included.' })
  async dncServices(
    @Ctx() { em }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DncServiceFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every service.',
    })
    filter: DncServiceFilter | null,
    @Arg('orderBy', () => DncServiceOrder, { defaultValue: { field: 'NAME' }, description: 'Order of the list.' })
    orderBy: DncServiceOrder,
  ): Promise<DncServiceConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === DncServiceOrderField.NAME ? 'name' : 'createdAt';
    return new DncServiceConnection(
      await findPage(em, DncService, page, {
        where: filter?.search ? { name: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(...doNotCallManagers)
  @Query(() => DncNumberConnection, { description: 'The numbers on the built-in do-not-call list.' })
  async dncNumbers(
    @Ctx() { em }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DncNumberFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every number.',
    })
    filter: DncNumberFilter | null,
    @Arg('orderBy', () => DncNumberOrder, {
      defaultValue: { field: 'PHONE_NUMBER' },
      description: 'Order of the list.',
    })
    orderBy: DncNumberOrder,
  ): Promise<DncNumberConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const byTime = orderBy.field === DncNumberOrderField.ADDED_AT ? [{ addedAt: direction } as const] : [];
    return new DncNumberConnection(
      await findPage(em, DncNumber, page, {
        where: dncNumberConditions(filter?.search),
        orderBy: [...byTime, { phoneNumber: direction }],
        ...(!filter?.search && { count: () => dncListLength(em) }),
      }),
    );
  }

  @Auth(...doNotCallManagers)
  @Mutation(() => CreateDncServicePayload, { nullable: true, description: 'Configure a do-not-call service.' })
  async createDncService(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => CreateDncServiceInput, { description: 'The new service.' }) input: CreateDncServiceInput,
  ): Promise<CreateDncServicePayload> {
    return { dncService: await services.doNotCall.create(em, input) };
  }

  @Auth(...doNotCallManagers)
  @Mutation(() => UpdateDncServicePayload, {
    nullable: true,
    description: 'Edit a do-not-call service; the built-in one cannot be edited.',
  })
  async updateDncService(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => UpdateDncServiceInput, { description: 'The edit.' })
    { id, version, ...edit }: UpdateDncServiceInput,
  ): Promise<UpdateDncServicePayload> {
    return { dncService: await services.doNotCall.update(em, id, version, edit) };
  }

  @Auth(...doNotCallManagers)
  @Mutation(() => DeleteDncServicePayload, {
    nullable: true,
    description: 'Delete a do-not-call service, but not the built-in one, nor one that a campaign uses (`CONFLICT`).',
  })
  async deleteDncService(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => DeleteDncServiceInput, { description: 'Which service.' }) { id }: DeleteDncServiceInput,
  ): Promise<DeleteDncServicePayload> {
    return { deletedDncServiceId: await services.doNotCall.delete(em, id) };
  }

  @Auth(...doNotCallManagers)
  @Mutation(() => TestDncServicePayload, {
    nullable: true,
    description: 'Ask a do-not-call service about one number, as is done before every call. No call is placed.',
  })
  testDncService(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => TestDncServiceInput, { description: 'The service and the number.' })
    { id, phoneNumber }: TestDncServiceInput,
  ): Promise<TestDncServicePayload> {
    return services.doNotCall.test(em, id, phoneNumber);
  }

  @Auth(...doNotCallManagers)
  @Mutation(() => UploadDncNumbersPayload, {
    nullable: true,
    description: 'Load numbers into the built-in do-not-call list; if the upload fails, the list stays as it was.',
  })
  async uploadDncNumbers(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => UploadDncNumbersInput, { description: 'How the file is applied.' })
    { mode }: UploadDncNumbersInput,
    @Arg('file', () => GraphQLUpload, {
      description:
        'CSV file in UTF-8, UTF-16 with a byte order mark, or Windows-1252, one telephone number a line, with its country code.',
    })
    file: Promise<FileUpload>,
  ): Promise<UploadDncNumbersPayload> {
    const { createReadStream } = await file;
    const load = await services.dncImport.run(mode, createReadStream({ highWaterMark: PIECE_BYTES }));
    return { ...load, dncService: await em.findOneOrFail(DncService, { builtIn: true }) };
  }
}
