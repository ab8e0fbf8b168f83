import { useTranslation } from 'react-i18next';

const PASSWORD_LENGTH = { from: 8, to: 128 };

/** The API's scalar refuses other texts before it looks at them as numbers. */
const PHONE_NUMBER = /^\+?\d{1,3}[- ]?\(?\d+\)?(?:[- ]?\d)+$/;

interface FieldRules {
  readonly notBlank: (value: string) => string | null;
  readonly phoneNumber: (value: string) => string | null;
  readonly password: (value: string) => string | null;
}

/** What the server would say as well, said before the round trip: each rule is a validator of `useEntityForm`. */
export function useFieldRules(): FieldRules {
  const { t } = useTranslation();
  return {
    notBlank: (value) => (value.trim() ? null : t('fields.blank')),
    phoneNumber: (value) => (PHONE_NUMBER.test(value.trim()) ? null : t('fields.phoneNumber')),
    password: ({ length: given }) =>
      given >= PASSWORD_LENGTH.from && given <= PASSWORD_LENGTH.to
        ? null
        : t('fields.lengthRange', { given, ...PASSWORD_LENGTH }),
  };
}
