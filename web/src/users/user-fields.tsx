import { useQuery } from '@apollo/client/react';
import { MultiSelect, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Role } from '../api/generated/graphql';
import { QueryFailure } from '../components/query-failure';
import { useMe } from '../session/session';
import { GROUP_CHOICES } from './user-operations';

export interface UserValues extends Record<string, unknown> {
  readonly username: string;
  readonly role: Role;
  readonly groupIds: string[];
}

const roles: readonly Role[] = ['MASTER', 'GROUP_MANAGER', 'CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR'];

/** The fields that new and edited users share, with the roles and groups that the reader may give. */
export function UserFields<Values extends UserValues>({ form }: { readonly form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  const isMaster = useMe().role === 'MASTER';
  const choices = useQuery(GROUP_CHOICES);
  const groups = choices.data?.groups.nodes ?? [];
  return (
    <>
      <TextInput
        label={t('users.username')}
        autoComplete="off"
        data-autofocus
        required
        {...form.getInputProps('username')}
      />
      <Select
        label={t('users.role')}
        data={roles
          .filter((role) => isMaster || role !== 'MASTER')
          .map((role) => ({ value: role, label: t(`roles.${role}`) }))}
        allowDeselect={false}
        required
        {...form.getInputProps('role')}
      />
      <QueryFailure query={choices} />
      <MultiSelect
        label={t('users.groups')}
        description={t('users.groupsHint')}
        data={groups.map(({ id, name, enabled }) => ({
          value: id,
          label: enabled ? name : t('users.disabledGroup', { name }),
        }))}
        searchable
        required={!isMaster}
        {...form.getInputProps('groupIds')}
      />
    </>
  );
}
