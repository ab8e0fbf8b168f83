import { graphql } from '../api/graphql';

graphql(`
  fragment UserRow on User {
    id
    version
    username
    role
    enabled
    mustChangePassword
    createdAt
    groups {
      id
      name
      enabled
    }
  }
`);

export const USERS = graphql(`
  query Users($first: Int, $after: String, $last: Int, $before: String, $filter: UserFilter, $orderBy: UserOrder!) {
    users(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...UserRow
      }
    }
  }
`);

export const USER = graphql(`
  query User($id: ID!) {
    user(id: $id) {
      ...UserRow
    }
  }
`);

export const GROUP_CHOICES = graphql(`
  query GroupChoices {
    groups(first: 500) {
      nodes {
        id
        name
        enabled
      }
    }
  }
`);

export const CREATE_USER = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      user {
        ...UserRow
      }
    }
  }
`);

export const UPDATE_USER = graphql(`
  mutation UpdateUser($input: UpdateUserInput!) {
    updateUser(input: $input) {
      user {
        ...UserRow
      }
    }
  }
`);

export const DELETE_USER = graphql(`
  mutation DeleteUser($input: DeleteUserInput!) {
    deleteUser(input: $input) {
      deletedUserId
    }
  }
`);

export const RESET_PASSWORD = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      user {
        ...UserRow
      }
    }
  }
`);
