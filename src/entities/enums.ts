import { registerEnumType } from 'type-graphql';
import {
  CampaignState,
  CampaignType,
  DialingMode,
  AmdSensitivity,
  CampaignStopReason,
  CampaignStartRefusal,
  ScheduleStatus,
} from '../engine/domain/campaign-state.js';
import { IdleReason } from '../engine/domain/idle-reason.js';
import { LeadStatus } from '../engine/domain/lead-state.js';
import { AttemptState } from '../engine/domain/call-attempt-state.js';
import { Attribution } from '../engine/domain/termination.js';
import { AmdVerdict, AmdReason, AmdResultKind } from '../engine/domain/amd/finding.js';
import { ErrorCode } from '../errors.js';

export * from './installation-enums.js';

/**
 * Registers the domain's enums with the schema, and declares those that only the API knows. Everything that speaks of
 * an enum in the API imports it from here.
 */
export {
  CampaignState,
  CampaignType,
  DialingMode,
  AmdSensitivity,
  CampaignStopReason,
  CampaignStartRefusal,
  ScheduleStatus,
  IdleReason,
  LeadStatus,
  AttemptState,
  Attribution,
  AmdVerdict,
  AmdReason,
  AmdResultKind,
};

export const Weekday = {
  MONDAY: 'MONDAY',
  TUESDAY: 'TUESDAY',
  WEDNESDAY: 'WEDNESDAY',
  THURSDAY: 'THURSDAY',
  FRIDAY: 'FRIDAY',
  SATURDAY: 'SATURDAY',
  SUNDAY: 'SUNDAY',
} as const;
export type Weekday = (typeof Weekday)[keyof typeof Weekday];

export const Role = {
  MASTER: 'MASTER',
  GROUP_MANAGER: 'GROUP_MANAGER',
  CAMPAIGN_ADMINISTRATOR: 'CAMPAIGN_ADMINISTRATOR',
  CAMPAIGN_SUPERVISOR: 'CAMPAIGN_SUPERVISOR',
} as const;
export type Role = (typeof Role)[keyof typeof Role];

export const LeadBlockReason = {
  CAMPAIGN_STOPPED: 'CAMPAIGN_STOPPED',
  OUTSIDE_SCHEDULE: 'OUTSIDE_SCHEDULE',
  DNC_OUT_OF_SERVICE: 'DNC_OUT_OF_SERVICE',
  RETRY_NOT_DUE: 'RETRY_NOT_DUE',
  NO_ATTEMPTS_LEFT: 'NO_ATTEMPTS_LEFT',
  STATUS_NOT_RETRIED: 'STATUS_NOT_RETRIED',
  DO_NOT_CALL: 'DO_NOT_CALL',
  NUMBER_SUPPRESSED: 'NUMBER_SUPPRESSED',
  CALL_IN_PROGRESS: 'CALL_IN_PROGRESS',
  FREQUENCY_CAP: 'FREQUENCY_CAP',
} as const;
export type LeadBlockReason = (typeof LeadBlockReason)[keyof typeof LeadBlockReason];

export const LeadUploadPhase = { READING: 'READING', LOADING: 'LOADING', DONE: 'DONE', FAILED: 'FAILED' } as const;
export type LeadUploadPhase = (typeof LeadUploadPhase)[keyof typeof LeadUploadPhase];

export const RejectedRowReason = {
  MALFORMED_ROW: 'MALFORMED_ROW',
  MISSING_PHONE_NUMBER: 'MISSING_PHONE_NUMBER',
  INVALID_PHONE_NUMBER: 'INVALID_PHONE_NUMBER',
} as const;
export type RejectedRowReason = (typeof RejectedRowReason)[keyof typeof RejectedRowReason];

registerEnumType(Weekday, {
  name: 'Weekday',
  description: 'Day of the week.',
  valuesConfig: {
    MONDAY: { description: 'Monday.' },
    TUESDAY: { description: 'Tuesday.' },
    WEDNESDAY: { description: 'Wednesday.' },
    THURSDAY: { description: 'Thursday.' },
    FRIDAY: { description: 'Friday.' },
    SATURDAY: { description: 'Saturday.' },
    SUNDAY: { description: 'Sunday.' },
  },
});

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'The code of an error, in `extensions.code` of every GraphQL error.',
  valuesConfig: {
    UNAUTHENTICATED: {
      description:
        'No session, or one that has expired or was revoked; for `login`, a wrong user name or password, or a disabled user.',
    },
    FORBIDDEN: { description: "The user's role, or the obligation to change the password first, does not allow it." },
    NOT_FOUND: { description: "No such object, or none in the user's groups." },
    BAD_USER_INPUT: { description: 'An input is not acceptable; `extensions.fields` lists each as `{path, message}`.' },
    CONFLICT: {
      description:
        'A unique value is taken, the object is in use, the edit is based on an old `version`, or the sequence number is not new.',
    },
    CAMPAIGN_NOT_STOPPED: { description: 'The campaign must be `STOPPED` for this.' },
    CAMPAIGN_NOT_STARTABLE: {
      description:
        'The campaign cannot be started; `extensions.reasons` lists every `CampaignStartRefusal` that applies.',
    },
    GROUP_DISABLED: { description: 'The group is disabled, or for `login`, all groups of the user are.' },
    UPLOAD_REJECTED: {
      description: 'The file cannot be taken: not a CSV file in a known encoding, or too large. Nothing was loaded.',
    },
    RATE_LIMITED: { description: 'Too many requests of this kind; to be tried again later.' },
    QUERY_TOO_COMPLEX: {
      description:
        'The request passes the limits of depth, complexity, aliases or operations, or asks the database for too much.',
    },
    INTERNAL: { description: 'A fault of the server; `extensions` holds only an id by which it is found in the log.' },
  },
});

registerEnumType(Role, {
  name: 'Role',
  description: 'What a user may do; each user has one role.',
  valuesConfig: {
    MASTER: {
      description:
        'Manages users, groups, trunks, dialer ports and queues, and reads diagnostics and the audit log; has no part in campaigns.',
    },
    GROUP_MANAGER: { description: 'Manages the users of their own groups, and enables and disables these groups.' },
    CAMPAIGN_ADMINISTRATOR: {
      description:
        'Manages the campaigns of their own groups with schedules, leads and call log, and the do-not-call services and lists.',
    },
    CAMPAIGN_SUPERVISOR: {
      description: 'Reads and watches summaries, settings and schedules of the campaigns of their own groups.',
    },
  },
});

registerEnumType(CampaignState, {
  name: 'CampaignState',
  description: 'What an operator wants of a campaign.',
  valuesConfig: {
    STOPPED: { description: 'It does not dial, and can be edited; a new campaign is in this state.' },
    STARTED: { description: 'It dials whenever one of its schedules is open.' },
  },
});

registerEnumType(CampaignType, {
  name: 'CampaignType',
  description: 'Where the answered calls of a campaign go.',
  valuesConfig: {
    OSCC: { description: 'To agents of a contact centre.' },
    IVR: { description: 'To channels of a voice portal.' },
  },
});

registerEnumType(DialingMode, {
  name: 'DialingMode',
  description:
    'How the number of calls to place is decided. Schedules, free ports, caps and frequency limits hold in every mode.',
  valuesConfig: {
    PROGRESSIVE: { description: 'One call for each free agent or channel.' },
  },
});

registerEnumType(AmdSensitivity, {
  name: 'AmdSensitivity',
  description:
    'How readily answering machine detection takes a greeting for a machine; the measured rates of each value are in the documentation.',
  valuesConfig: {
    LOW: { description: 'Hangs up on the fewest people, and passes on more machines.' },
    MEDIUM: { description: 'Between `LOW` and `HIGH`.' },
    HIGH: { description: 'Recognises the most machines, and hangs up on more people.' },
  },
});

registerEnumType(IdleReason, {
  name: 'IdleReason',
  description: 'Why nothing is being dialed.',
  valuesConfig: {
    OUTSIDE_SCHEDULE: { description: 'No schedule is open.' },
    NO_AGENTS: { description: 'No agent or channel of the queue is free.' },
    AGENT_SOURCE_DOWN: { description: "The queue's agent source is not healthy." },
    NO_FREE_PORTS: { description: 'No dialer port or trunk channel is free.' },
    NO_DUE_LEADS: { description: 'No lead is due.' },
    DNC_OUT_OF_SERVICE: { description: "The campaign's do-not-call service does not answer." },
    TRUNK_DOWN: { description: 'No trunk is in service.' },
    CALL_LIMIT: { description: 'A cap on parallel calls or on calls per second is reached.' },
    NOT_LEASED: { description: 'This instance does not hold the lease for dialing.' },
    DATABASE_DOWN: { description: 'The database does not answer.' },
  },
});

registerEnumType(CampaignStopReason, {
  name: 'CampaignStopReason',
  description: 'Why a started campaign stopped.',
  valuesConfig: {
    OPERATOR: { description: 'A user stopped it.' },
    NO_SCHEDULE_LEFT: { description: 'Its last schedule ended.' },
    NO_LEADS_LEFT: { description: 'No lead was left to call.' },
  },
});

registerEnumType(CampaignStartRefusal, {
  name: 'CampaignStartRefusal',
  description: 'Why a campaign cannot be started.',
  valuesConfig: {
    ALREADY_STARTED: { description: 'It is started already.' },
    GROUP_DISABLED: { description: 'Its group is disabled.' },
    NO_LEADS_LEFT: { description: 'It has no lead that may still be called.' },
    NO_SCHEDULE_LEFT: { description: 'It has no schedule that is open or still to come.' },
  },
});

registerEnumType(ScheduleStatus, {
  name: 'ScheduleStatus',
  description: 'State of a schedule.',
  valuesConfig: {
    NOT_RUNNING: {
      description:
        'The campaign is stopped, the window is not open yet, or it passed without the campaign running in it.',
    },
    RUNNING: { description: 'The campaign is started, the window is open, and the engine dials or is ready to.' },
    FINISHED: { description: 'The campaign ran in the window, which is over or in which all leads were done.' },
    DNC_OUT_OF_SERVICE: {
      description:
        "It would be running, but the campaign's do-not-call service does not answer; nothing is dialed until it does.",
    },
  },
});

registerEnumType(LeadStatus, {
  name: 'LeadStatus',
  description: 'Result of the last attempt of a lead, and of each attempt.',
  valuesConfig: {
    NOT_CALLED: { description: 'No attempt yet.' },
    SUCCESS: { description: 'The customer answered and the call was transferred.' },
    FAILED: { description: 'The call was not completed.' },
    BUSY: { description: 'The number was busy.' },
    DECLINED: { description: 'The customer rejected the call.' },
    AMD: { description: 'An answering machine answered.' },
    SERVICE_TEMPORARILY_UNAVAILABLE: {
      description:
        'The service was not available, for example the outgoing line was out of service; the attempt does not count.',
    },
    DO_NOT_CALL: { description: 'The number is on a do-not-call list; it is never dialed again in this campaign.' },
    UNKNOWN: { description: 'The call failed for another reason.' },
  },
});

registerEnumType(LeadBlockReason, {
  name: 'LeadBlockReason',
  description: 'Why a lead may not be called now.',
  valuesConfig: {
    CAMPAIGN_STOPPED: { description: 'Its campaign is stopped.' },
    OUTSIDE_SCHEDULE: { description: 'No schedule of its campaign is open.' },
    DNC_OUT_OF_SERVICE: { description: "The campaign's do-not-call service does not answer." },
    RETRY_NOT_DUE: { description: 'The retry time after its last call is not over.' },
    NO_ATTEMPTS_LEFT: { description: 'It has used up its attempts.' },
    STATUS_NOT_RETRIED: { description: 'Its status is not among those after which the campaign calls again.' },
    DO_NOT_CALL: { description: 'Its number is on a do-not-call list.' },
    NUMBER_SUPPRESSED: { description: 'Its number asked never to be called again (SIP 607).' },
    CALL_IN_PROGRESS: { description: 'A call to the lead or its number is in flight, in this campaign or another.' },
    FREQUENCY_CAP: { description: 'Its number has been called as often as the frequency caps allow.' },
  },
});

registerEnumType(LeadUploadPhase, {
  name: 'LeadUploadPhase',
  description: 'How far an upload of leads is.',
  valuesConfig: {
    READING: { description: 'The file is received, and its rows are checked and normalised.' },
    LOADING: { description: 'The acceptable rows are stored, in one transaction.' },
    DONE: { description: 'All acceptable rows are loaded.' },
    FAILED: { description: 'Nothing was loaded.' },
  },
});

registerEnumType(RejectedRowReason, {
  name: 'RejectedRowReason',
  description: 'Why a row of an uploaded file is not acceptable.',
  valuesConfig: {
    MALFORMED_ROW: { description: 'It is not a row of CSV, or has too few fields.' },
    MISSING_PHONE_NUMBER: { description: 'It has no telephone number.' },
    INVALID_PHONE_NUMBER: { description: 'What it has cannot be a telephone number, or lacks a country code.' },
  },
});

registerEnumType(AttemptState, {
  name: 'AttemptState',
  description: 'Step of an attempt, in the order of its life; any step may be followed by `ENDED`.',
  valuesConfig: {
    QUEUED: { description: 'A lead is claimed.' },
    CHECKING_DNC: { description: 'The do-not-call service is asked.' },
    DIALING: { description: 'The call is being placed.' },
    RINGING: { description: 'The called telephone rings.' },
    ANSWERED: { description: 'The call was answered.' },
    DETECTING: { description: 'Answering machine detection listens.' },
    TRANSFERRING: { description: 'The call is being transferred to the pilot number.' },
    ENDED: { description: 'The attempt is over and has a result.' },
  },
});

registerEnumType(Attribution, {
  name: 'Attribution',
  description: 'Who or what ended an attempt.',
  valuesConfig: {
    CALLEE: { description: 'The called party.' },
    CARRIER: { description: 'The carrier, the PBX or the network between.' },
    DIALER: { description: 'The dialer itself.' },
    OPERATOR: { description: 'A user of the dialer, for example by stopping the campaign.' },
    UNKNOWN: { description: 'Not known.' },
  },
});

registerEnumType(AmdVerdict, {
  name: 'AmdVerdict',
  description: 'What answering machine detection takes the answering party for.',
  valuesConfig: {
    HUMAN: { description: 'A person.' },
    MACHINE: { description: 'An answering machine, a fax or an announcement.' },
  },
});

registerEnumType(AmdReason, {
  name: 'AmdReason',
  description: 'The check that decided the verdict.',
  valuesConfig: {
    SILENCE_ON_ANSWER: { description: 'Silence from the answer on.' },
    SILENCE_AFTER_UTTERANCE: { description: 'Silence after the first utterance.' },
    BEEP: { description: 'The beep of a machine.' },
    SIT_TONE: { description: 'The special information tones of the network.' },
    FAX_TONE: { description: 'The tone of a fax.' },
    BUSY_TONE: { description: 'The busy or reorder tone, heard after the answer.' },
    RINGBACK_TONE: { description: 'Ringing that went on after the answer.' },
    GREETING_LENGTH: { description: 'Length of the greeting.' },
    GREETING_WORDS: { description: 'Number of words in the greeting.' },
    GREETING_PAUSES: { description: 'Pauses in the greeting.' },
    DEADLINE: { description: 'No check decided before the deadline; the verdict is `HUMAN`.' },
  },
});

registerEnumType(AmdResultKind, {
  name: 'AmdResultKind',
  description: 'What answered, as far as it can be heard.',
  valuesConfig: {
    HUMAN: { description: 'A person, or in doubt.' },
    MACHINE: { description: 'An answering machine or voicemail.' },
    FAX: { description: 'A fax machine or a modem.' },
    SIT: { description: 'An announcement of the network: the number cannot be reached.' },
    BUSY: { description: 'The busy or reorder tone of the network.' },
    RINGBACK: { description: 'Nobody: it went on ringing after the answer.' },
    SILENCE: { description: 'Nothing was heard at all.' },
  },
});
