import type {
  AgentSourceKind,
  CampaignType,
  CreateQueueInput,
  QueueRowFragment,
  TransferMode,
} from '../api/generated/graphql';
import { sourceInput, sourceKinds, sourceValues, type SourceValues } from './agent-source-kinds';

export interface QueueValues extends Record<string, unknown> {
  readonly name: string;
  readonly type: CampaignType;
  readonly transferMode: TransferMode;
  readonly transferTimeoutSeconds: number | '';
  readonly kind: AgentSourceKind;
  /** The settings of the kind, under the name that the input has for it: there the server's problems find them. */
  readonly agentSource: Record<string, SourceValues>;
}

export const newQueue: QueueValues = {
  name: '',
  type: 'IVR',
  transferMode: 'REINVITE',
  transferTimeoutSeconds: 60,
  kind: 'FIXED',
  agentSource: { [sourceKinds.FIXED.input]: sourceValues('FIXED') },
};

export function queueValues(queue: QueueRowFragment): QueueValues {
  const { name, type, transferMode, transferTimeoutSeconds, agentSource } = queue;
  const kind = agentSource?.kind ?? newQueue.kind;
  return {
    name,
    type,
    transferMode,
    transferTimeoutSeconds,
    kind,
    agentSource: { [sourceKinds[kind].input]: sourceValues(kind, agentSource) },
  };
}

export function queueInput(values: QueueValues): CreateQueueInput {
  const { name, type, transferMode, transferTimeoutSeconds, kind, agentSource } = values;
  return {
    name,
    type,
    transferMode,
    transferTimeoutSeconds: Number(transferTimeoutSeconds),
    agentSource: sourceInput(kind, agentSource[sourceKinds[kind].input] ?? {}),
  };
}
