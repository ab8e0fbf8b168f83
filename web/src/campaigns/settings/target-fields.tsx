import { useQuery } from '@apollo/client/react';
import { Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { CampaignType } from '../../api/generated/graphql';
import { longList } from '../../components/long-list';
import { QueryFailure } from '../../components/query-failure';
import { useFormat } from '../../i18n/use-format';
import { useMe } from '../../session/session';
import type { CampaignValues } from './campaign-values';
import { QUEUE_CHOICES } from './settings-operations';

const types: readonly CampaignType[] = ['OSCC', 'IVR'];

/** What the campaign is, and where its calls go. */
export function TargetFields<Values extends CampaignValues>({ form }: { readonly form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  const { type, defaultCountry, groupId } = form.getValues();
  const choices = useQuery(QUEUE_CHOICES, { variables: { type } });
  // A campaign stays in its group when that is disabled; no other one can be moved there.
  const groups = useMe().groups.filter(({ id, enabled }) => enabled || id === groupId);
  const typeProps = form.getInputProps('type');
  return (
    <>
      <TextInput label={t('campaignFields.name')} data-autofocus required {...form.getInputProps('name')} />
      <Textarea label={t('campaignFields.description')} autosize minRows={2} {...form.getInputProps('description')} />
      <QueryFailure query={choices} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Select
          label={t('campaignFields.group')}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          required
          {...form.getInputProps('groupId')}
        />
        <Select
          label={t('campaignFields.type')}
          description={t(`campaignTypeHints.${type}`)}
          data={types.map((value) => ({ value, label: t(`queueTypes.${value}`) }))}
          allowDeselect={false}
          required
          {...typeProps}
          onChange={(value: string | null) => {
            (typeProps.onChange as (value: string | null) => void)(value);
            // A queue belongs to one type.
            form.setValues({ queueId: null } as Partial<Values>);
          }}
        />
        <Select
          label={t('campaignFields.queue')}
          description={t('campaignHints.queue')}
          data={(choices.data?.queues.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          searchable
          {...longList}
          required
          {...form.getInputProps('queueId')}
        />
        <TextInput
          label={t('campaignFields.pilotNumber')}
          description={t('campaignHints.pilotNumber')}
          required
          {...form.getInputProps('pilotNumber')}
        />
        <TextInput
          label={t('campaignFields.callerId')}
          description={t('campaignHints.callerId')}
          {...form.getInputProps('callerId')}
        />
        <TextInput
          label={t('campaignFields.defaultCountry')}
          description={<CountryHint code={defaultCountry} />}
          maxLength={2}
          {...form.getInputProps('defaultCountry')}
        />
      </SimpleGrid>
    </>
  );
}

/** The name of the country as soon as there is one with the code. */
function CountryHint({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const wanted = code.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(wanted)) return t('campaignHints.defaultCountry');
  return (
    new Intl.DisplayNames([language], { type: 'region', fallback: 'none' }).of(wanted) ??
    t('campaignHints.defaultCountry')
  );
}
