import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What the server is.' })
export class ServerInfo {
  @Field(() => String, { description: 'Name of the product.' })
  name!: string;

  @Field(() => String, { description: 'Version of the product, semantic versioning.' })
  version!: string;

  @Field(() => [String], { description: 'Languages of the console, as BCP 47 tags: `en`, `es`, `pt`, `de`.' })
  languages!: readonly string[];

  @Field(() => Boolean, {
    description: 'True if calls go to the built-in lab carrier on loopback instead of a real SIP server.',
  })
  lab!: boolean;
}

@ObjectType({ description: 'A log file. Telephone numbers in it are masked, secrets redacted.' })
export class LogFile {
  @Field(() => String, { description: 'Name of the file, without a path.' })
  name!: string;

  @Field(() => Float, { description: 'Size in bytes, a whole number.' })
  sizeBytes!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was last written to.' })
  modifiedAt!: Date;

  @Field(() => String, {
    description: "Path on this server from which the file is downloaded, with GET and the session's token or cookie.",
  })
  downloadUrl!: string;
}

@ObjectType({ description: 'What helps to find faults.' })
export class Diagnostics {
  @Field(() => [LogFile], { description: 'The log files that the server keeps, newest first.' })
  logFiles!: readonly LogFile[];
}
