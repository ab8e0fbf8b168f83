import { useTranslation } from 'react-i18next';
import type { AgentSourceKind } from '../api/generated/graphql';
import { sourceKinds } from './agent-source-kinds';
import type { QueueValues } from './queue-values';

/** For `useEntityForm`: what must not be blank, the settings of the chosen kind of source included. */
export function useQueueRules(storedKind?: AgentSourceKind): (values: QueueValues) => Record<string, string | null> {
  const { t } = useTranslation();
  const rule = (isBlank: boolean): string | null => (isBlank ? t('fields.blank') : null);
  return ({ name, transferTimeoutSeconds, kind, agentSource }) => {
    const { input, fields } = sourceKinds[kind];
    const settings = fields
      .filter(({ type, isOptional }) => isOptional !== true && !(type === 'secret' && kind === storedKind))
      .map((field) => [
        `agentSource.${input}.${field.name}`,
        rule(String(agentSource[input]?.[field.name] ?? '').trim() === ''),
      ]);
    return {
      name: rule(name.trim() === ''),
      transferTimeoutSeconds: rule(transferTimeoutSeconds === ''),
      ...(Object.fromEntries(settings) as Record<string, string | null>),
    };
  };
}
