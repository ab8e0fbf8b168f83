import { graphql } from '../api/graphql';
import type { AgentSourceInput, AgentSourceKind, SourceSettingsFragment } from '../api/generated/graphql';
import type en from '../i18n/en.json';

graphql(`
  fragment SourceSettings on Queue {
    agentSource {
      kind
      ... on FixedAgentSource {
        channels
        holdSeconds
      }
      ... on PushAgentSource {
        reporter {
          id
          username
        }
      }
      ... on AsteriskAmiAgentSource {
        host
        amiPort
        tls
        username
        queueName
        wrapUpSeconds
      }
      ... on FreeswitchEslAgentSource {
        host
        eslPort
        queueName
      }
      ... on SipDialogAgentSource {
        trunk {
          id
          name
        }
        addresses
        minIdleSeconds
      }
      ... on OsccAgentSource {
        url
        username
        groupKey
      }
    }
  }
`);

export type SourceValue = string | number | boolean;
export type SourceValues = Record<string, SourceValue>;

/** A setting of a source, named as in the API's input; its label is the text `sourceFields.<name>`. */
export interface SourceField {
  readonly name: keyof typeof en.sourceFields;
  /** `secret` is written and never read; `lines` is a list of texts, one a line. */
  readonly type: 'text' | 'number' | 'secret' | 'switch' | 'lines' | 'trunk' | 'reporter';
  readonly initial?: SourceValue;
  /** The server knows what it means to leave it out. */
  readonly isOptional?: boolean;
}

interface SourceKind {
  /** The field of `AgentSourceInput` that chooses it. */
  readonly input: keyof AgentSourceInput;
  readonly fields: readonly SourceField[];
}

/** Every kind of source: a kind more is an entry here, its settings in the fragment above, and its texts. */
export const sourceKinds: Readonly<Record<AgentSourceKind, SourceKind>> = {
  FIXED: {
    input: 'fixed',
    fields: [
      { name: 'channels', type: 'number', initial: 10 },
      { name: 'holdSeconds', type: 'number', initial: 180 },
    ],
  },
  PUSH: { input: 'push', fields: [{ name: 'reporterId', type: 'reporter' }] },
  ASTERISK_AMI: {
    input: 'asteriskAmi',
    fields: [
      { name: 'host', type: 'text' },
      { name: 'amiPort', type: 'number', isOptional: true },
      { name: 'tls', type: 'switch', initial: false },
      { name: 'username', type: 'text' },
      { name: 'secret', type: 'secret' },
      { name: 'queueName', type: 'text' },
      { name: 'wrapUpSeconds', type: 'number', isOptional: true },
    ],
  },
  FREESWITCH_ESL: {
    input: 'freeswitchEsl',
    fields: [
      { name: 'host', type: 'text' },
      { name: 'eslPort', type: 'number', initial: 8021 },
      { name: 'password', type: 'secret' },
      { name: 'queueName', type: 'text' },
    ],
  },
  SIP_DIALOG: {
    input: 'sipDialog',
    fields: [
      { name: 'trunkId', type: 'trunk' },
      { name: 'addresses', type: 'lines' },
      { name: 'minIdleSeconds', type: 'number', initial: 0 },
    ],
  },
  OSCC: {
    input: 'oscc',
    fields: [
      { name: 'url', type: 'text' },
      { name: 'username', type: 'text' },
      { name: 'password', type: 'secret' },
      { name: 'groupKey', type: 'text' },
    ],
  },
};

/** What the form of a kind begins with: the settings of the source, or the usual ones for another kind. */
export function sourceValues(kind: AgentSourceKind, source?: SourceSettingsFragment['agentSource']): SourceValues {
  const stored: Partial<Record<string, unknown>> = source?.kind === kind ? source : {};
  return Object.fromEntries(
    sourceKinds[kind].fields.map(({ name, type, initial }) => [name, readValue(stored, name, type) ?? initial ?? '']),
  );
}

function readValue(stored: Partial<Record<string, unknown>>, name: string, type: SourceField['type']) {
  if (type === 'trunk' || type === 'reporter') return (stored[type] as { id: string } | null | undefined)?.id;
  const value = stored[name];
  return type === 'lines' ? (value as string[] | undefined)?.join('\n') : (value as SourceValue | null | undefined);
}

/** The input of the API: what is empty is left out, so that a secret that is not given stays as it is. */
export function sourceInput(kind: AgentSourceKind, values: SourceValues): AgentSourceInput {
  const { input, fields } = sourceKinds[kind];
  const settings = fields
    .map(({ name, type }) => [name, type === 'lines' ? linesOf(String(values[name])) : values[name]] as const)
    .filter(([, value]) => value !== '');
  // Each kind has an input type of its own, which its entry above follows.
  return { [input]: Object.fromEntries(settings) };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
