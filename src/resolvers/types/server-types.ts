import { Field, ObjectType } from 'type-graphql';

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
