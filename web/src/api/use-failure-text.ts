import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Failure, FieldProblem } from './failure';

/** The one place where what the server says becomes what people read. */
export interface FailureText {
  of(failure: Failure): string;
  ofField(problem: FieldProblem): string;
}

type Translate = (t: TFunction, values: readonly string[]) => string;

/** The server's sentences about fields; one that is not here is shown as it came. */
const fieldSentences: readonly (readonly [RegExp, Translate])[] = [
  [/^must not be blank$/, (t) => t('fields.blank')],
  [/^".*" is taken$/s, (t) => t('fields.taken')],
  [
    /^has (\d+) characters; (\d+) to (\d+) are allowed$/,
    (t, [given, from, to]) => t('fields.lengthRange', { given, from, to }),
  ],
  [/^has (\d+) characters; (\d+) are allowed$/, (t, [given, most]) => t('fields.tooLong', { given, most })],
  [/^".*" is not allowed: up to 64 digits/s, (t) => t('fields.dialable')],
  [/^the window of .+ has opened; only future ones can be deleted$/, (t) => t('fields.dayHasBegun')],
  [/ is past: it is /, (t) => t('fields.past')],
  [/^the clocks of .+ skip the whole window on /, (t) => t('fields.skippedHour')],
  [/ cannot be a telephone number: | is not a telephone number, /, (t) => t('fields.phoneNumber')],
  [/^is not a URL$/, (t) => t('fields.url')],
  [/^must hold no user name or password; /, (t) => t('fields.urlWithUser')],
  [/^must (begin with https:|be https; http is for loopback)/, (t) => t('fields.urlNotHttps')],
  [/^holds a private key; /, (t) => t('fields.privateKey')],
  [
    /^(holds a certificate that is cut off|holds no certificate in PEM)|is not a certificate in PEM$/,
    (t) => t('fields.certificate'),
  ],
  [/^a campaign uses the do-not-call service/, (t) => t('fields.dncServiceInUse')],
  [/^must name at least one day of the week$/, (t) => t('fields.weekdayNeeded')],
  [/ is before the first day, /, (t) => t('fields.lastBeforeFirst')],
  [/ is more than (\d+) days after the first day$/, (t, [most]) => t('fields.tooManyDays', { most })],
  [/^no day from .+ to .+ is a /, (t) => t('fields.noMatchingDay')],
  [/ is not after the start, /, (t) => t('fields.endBeforeStart')],
  [/ is not an IANA name of a time zone$/, (t) => t('fields.timeZone')],
  [/ is not a country's code \(ISO 3166-1\)$/, (t) => t('fields.country')],
  [/^the group is disabled$/, (t) => t('errors.GROUP_DISABLED')],
  [/^there is no (queue|do-not-call service) with the id /, (t) => t('fields.gone')],
  [/^the queue ".*" is for campaigns of type /s, (t) => t('fields.queueType')],
  [/^".*" is not allowed: 1 to 100 letters, /s, (t) => t('fields.sipUser')],
  [/^(.+) is not allowed: (.+) or more$/, (t, [given, from]) => t('fields.atLeast', { given, from })],
  [/^(.+) is not allowed: above (.+)$/, (t, [given, limit]) => t('fields.above', { given, limit })],
  [/^(.+) is not allowed: (.+) to (.+)$/, (t, [given, from, to]) => t('fields.range', { given, from, to })],
  [/^must differ from the present one$/, (t) => t('fields.samePassword')],
  [/^is not the present password$/, (t) => t('fields.wrongPassword')],
  [/^must name at least one of your groups/, (t) => t('fields.groupNeeded')],
  [/^there is no group with the id /, (t) => t('fields.groupGone')],
  [/^the last enabled MASTER /, (t) => t('fields.lastMaster')],
  [/^"(.*)" is no host name, IPv4 or IPv6 address$/s, (t, [given]) => t('fields.host', { given })],
  [/needs a user name/, (t) => t('fields.passwordNeedsUser')],
  [/^the trunk has dialer ports/, (t) => t('fields.trunkHasPorts')],
  [/^the trunk ".*" has channels/s, (t) => t('fields.trunkHasChannels')],
  [/^the agent source of a queue uses the trunk$/, (t) => t('fields.trunkInUse')],
  [/^"(.*)" is taken in this trunk$/s, (t, [name]) => t('fields.portTaken', { name })],
  [/^"(.*)" is that of input\.ports\[\d+\] too$/s, (t, [name]) => t('fields.portTwice', { name })],
  [/^a campaign uses the queue/, (t) => t('fields.queueInUse')],
  [/^the type cannot change while campaigns have the queue/, (t) => t('fields.queueTypeInUse')],
  [/ comes? in a later version/, (t) => t('fields.notYet')],
  [/ is not the id of a MASTER or CAMPAIGN_ADMINISTRATOR$/, (t) => t('fields.noReporter')],
];

export function useFailureText(): FailureText {
  const { t } = useTranslation();
  const ofField = ({ message }: FieldProblem): string => {
    for (const [sentence, translate] of fieldSentences) {
      const found = sentence.exec(message);
      if (found) return translate(t, found.slice(1));
    }
    return message;
  };
  return {
    ofField,
    of: ({ code, fields, reasons, id, message }) => {
      const [first] = fields;
      if (first && (code === 'BAD_USER_INPUT' || code === 'CONFLICT')) return ofField(first);
      if (code === 'INTERNAL') return t('errors.INTERNAL', { id });
      // What is wrong with a file only the server's sentence says.
      if (code === 'UPLOAD_REJECTED') return `${t('errors.UPLOAD_REJECTED')} ${message}`;
      if (code === 'CAMPAIGN_NOT_STARTABLE') {
        return [t(`errors.${code}`), ...reasons.map((reason) => t(`startRefusals.${reason}`))].join(' ');
      }
      return t(`errors.${code}`);
    },
  };
}
