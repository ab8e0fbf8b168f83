import { graphql } from '../api/graphql';

graphql(`
  fragment Me on User {
    id
    username
    role
    mustChangePassword
    groups {
      id
      name
      enabled
    }
  }
`);

export const ME = graphql(`
  query Me {
    me {
      ...Me
    }
  }
`);

/** The token is left where no script reads it: in the cookie. */
export const LOGIN = graphql(`
  mutation Login($username: String!, $password: String!) {
    login(input: { username: $username, password: $password, setCookie: true }) {
      user {
        ...Me
      }
    }
  }
`);

export const LOGOUT = graphql(`
  mutation Logout {
    logout {
      endedSessions
    }
  }
`);

export const CHANGE_PASSWORD = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      user {
        ...Me
      }
    }
  }
`);
