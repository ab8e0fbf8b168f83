export interface GraphQLFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly fields?: readonly { path: string; message: string }[];
    readonly [more: string]: unknown;
  };
}

export interface GraphQLAnswer<T> {
  readonly data?: T | null;
  readonly errors?: readonly GraphQLFailure[];
}

/** What a client would send: GraphQL over HTTP, with the session's token. */
export class GraphQLClient {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  async send<T = Record<string, never>>(
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<GraphQLAnswer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authorization() },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer<T>;
  }

  /** The data; any error fails the test with what the server said. */
  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { data, errors } = await this.send<T>(query, variables);
    if (errors || !data) throw new Error(`GraphQL failed: ${JSON.stringify(errors)}`);
    return data;
  }

  /** The one error; an answer without an error fails the test. */
  async refusal(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLFailure> {
    const { data, errors } = await this.send(query, variables);
    const first = errors?.[0];
    if (!first) throw new Error(`The server did not refuse: ${JSON.stringify(data)}`);
    return first;
  }

  /** By the GraphQL multipart request specification, with the file in the variable `file`. */
  async upload<T>(
    query: string,
    variables: Record<string, unknown>,
    file: { readonly content: string | Uint8Array<ArrayBuffer>; readonly name: string },
  ): Promise<GraphQLAnswer<T>> {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query, variables: { ...variables, file: null } }));
    form.set('map', JSON.stringify({ 0: ['variables.file'] }));
    form.set('0', new Blob([file.content]), file.name);
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'apollo-require-preflight': 'true', ...this.authorization() },
      body: form,
    });
    return (await response.json()) as GraphQLAnswer<T>;
  }

  async login(username: string, password: string): Promise<GraphQLClient> {
    const { login } = await this.ask<{ login: { token: string } }>(
      `mutation ($input: LoginInput!) { login(input: $input) { token } }`,
      { input: { username, password } },
    );
    return new GraphQLClient(this.url, login.token);
  }

  private authorization(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }
}
