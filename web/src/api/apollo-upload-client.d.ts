/** The package has its types in comments of its JavaScript, which a build with types of its own does not read. */
declare module 'apollo-upload-client/UploadHttpLink.mjs' {
  import { ApolloLink } from '@apollo/client/link';

  interface UploadHttpLinkOptions {
    readonly uri?: string;
    readonly credentials?: RequestCredentials;
    readonly headers?: Readonly<Record<string, string>>;
  }

  export default class UploadHttpLink extends ApolloLink {
    constructor(options?: UploadHttpLinkOptions);
  }
}
