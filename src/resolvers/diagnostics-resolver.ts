import { Ctx, Query, Resolver } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Role } from '../entities/enums.js';
import type { RequestContext } from './request-context.js';
import { Diagnostics } from './types/server-types.js';

@Resolver()
export class DiagnosticsResolver {
  @Auth(Role.MASTER)
  @Query(() => Diagnostics, { description: 'What helps to find faults.' })
  async diagnostics(@Ctx() { services }: RequestContext): Promise<Diagnostics> {
    const files = await services.logFiles.list();
    return { logFiles: files.map((file) => ({ ...file, downloadUrl: `/diagnostics/logs/${file.name}` })) };
  }
}
