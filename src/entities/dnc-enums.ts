import { registerEnumType } from 'type-graphql';
import { DncAnswer } from '../engine/domain/dnc-answer.js';

export { DncAnswer };

export const DncUploadMode = { APPEND: 'APPEND', REPLACE: 'REPLACE' } as const;
export type DncUploadMode = (typeof DncUploadMode)[keyof typeof DncUploadMode];

registerEnumType(DncAnswer, {
  name: 'DncAnswer',
  description: 'What a do-not-call service says of a number.',
  valuesConfig: {
    MAY_CALL: { description: 'The number may be called.' },
    DO_NOT_CALL: { description: 'The number must not be called.' },
    OUT_OF_SERVICE: {
      description: 'There was no clear answer: a time-out, a bad certificate, or anything but a well-formed answer.',
    },
  },
});

registerEnumType(DncUploadMode, {
  name: 'DncUploadMode',
  description: 'How an uploaded file changes the built-in do-not-call list.',
  valuesConfig: {
    APPEND: { description: 'Its numbers join those on the list.' },
    REPLACE: {
      description:
        'Its numbers take the place of those on the list. A file with nothing but a header row empties the list.',
    },
  },
});
