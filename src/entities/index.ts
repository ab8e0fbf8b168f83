import { AuditEvent } from './audit-event.js';
import { CallAttempt } from './call-attempt.js';
import { Campaign } from './campaign.js';
import { DialerPort } from './dialer-port.js';
import { DncNumber } from './dnc-number.js';
import { DncService } from './dnc-service.js';
import { Group } from './group.js';
import { LeadUpload } from './lead-upload.js';
import { Lead } from './lead.js';
import { Queue } from './queue.js';
import { Schedule } from './schedule.js';
import { Session } from './session.js';
import { Trunk } from './trunk.js';
import { User } from './user.js';
import { VoicemailMessage } from './voicemail-message.js';

/** Every class that the ORM maps to a table. */
export const entities = [
  ...[User, Group, Session, AuditEvent],
  ...[Trunk, DialerPort, Queue, DncService, DncNumber],
  ...[Campaign, VoicemailMessage, Schedule, Lead, LeadUpload, CallAttempt],
];
