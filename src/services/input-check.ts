import { OptimisticLockError } from '@mikro-orm/postgresql';
import { AppError, badUserInput, conflict, ErrorCode, type FieldProblem } from '../errors.js';

/** Collects everything that is wrong with an input, so that one answer names it all. */
export class InputCheck {
  private readonly problems: FieldProblem[] = [];

  /** `message` names the value and what is allowed. */
  require(condition: boolean, path: string, message: string): void {
    if (!condition) this.problems.push({ path, message });
  }

  notBlank(path: string, value: string | null | undefined, maximumLength = 200): void {
    if (value == null) return;
    this.require(value.trim() !== '', path, 'must not be blank');
    this.require(value.length <= maximumLength, path, `has ${value.length} characters; ${maximumLength} are allowed`);
    this.plainText(path, value);
  }

  text(path: string, value: string | null | undefined, maximumLength = 4000): void {
    if (value == null) return;
    this.require(value.length <= maximumLength, path, `has ${value.length} characters; ${maximumLength} are allowed`);
    this.plainText(path, value);
  }

  range(path: string, value: number | null | undefined, minimum: number, maximum: number): void {
    if (value == null) return;
    this.require(value >= minimum && value <= maximum, path, `${value} is not allowed: ${minimum} to ${maximum}`);
  }

  above0(path: string, value: number | null | undefined): void {
    this.require((value ?? 1) > 0, path, `${value} is not allowed: above 0`);
  }

  /** In an update null is no value, except where the field says what it means; absent means: as it is. */
  noNulls(prefix: string, input: object, nullable: readonly string[] = []): void {
    for (const [name, value] of Object.entries(input)) {
      if (value === null && !nullable.includes(name)) {
        this.problems.push({ path: `${prefix}.${name}`, message: 'must not be null; leave it out to keep the value' });
      }
    }
  }

  throwIfAny(): void {
    if (this.problems.length > 0) throw badUserInput(this.problems);
  }

  /** PostgreSQL has no place for U+0000 in a text. */
  private plainText(path: string, value: string): void {
    this.require(!value.includes('\u0000'), path, 'must not contain the character U+0000');
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids are opaque to clients; one that is no UUID belongs to nothing. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

export function requireVersion(present: number, given: number): void {
  if (present === given) return;
  throw new AppError(
    ErrorCode.CONFLICT,
    `The edit is based on version ${given}, but the present one is ${present}. Read it again and repeat the edit.`,
    { presentVersion: present },
  );
}

/** Turns the violation of a unique index into the error that names the field, and a lost race too; other errors pass. */
export function rethrowTaken(error: unknown, index: string, path: string, value: string): never {
  const violation = error as { code?: string; constraint?: string };
  if (violation.code === '23505' && violation.constraint === index) {
    throw conflict(path, `${JSON.stringify(value)} is taken`);
  }
  if (error instanceof OptimisticLockError) {
    throw new AppError(ErrorCode.CONFLICT, 'Somebody else has edited it at the same time. Read it again and repeat.');
  }
  throw error;
}

/** For `like`, from `filter.search`: the text as it is, without wildcards. */
export function escapeLike(text: string): string {
  const check = new InputCheck();
  check.text('filter.search', text, 1000);
  check.throwIfAny();
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
