import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

export const PASSWORD_MIN_LENGTH = 8;
/** Longer ones are refused: hashing must not become a way to keep the server busy. */
export const PASSWORD_MAX_LENGTH = 128;

/** OWASP's first choice for argon2id, the library's default algorithm: 19 MiB, 2 passes, 1 lane; about 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let decoy: Promise<string> | undefined;

/**
 * True if the password is the one of the hash. Without a hash, for an unknown user, it is false after the same work, so
 * that the time tells nothing.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await (decoy ??= hashPassword('decoy'))), password);
  return passwordHash !== undefined && matches;
}

/** 120 bits of chance, in letters and digits that are hard to misread. */
export function generatePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRT234679';
  let password = '';
  while (password.length < 22) {
    for (const byte of randomBytes(32)) {
      // Bytes past the last whole multiple would make the first letters likelier.
      if (byte < 256 - (256 % alphabet.length) && password.length < 22) {
        password += alphabet.charAt(byte % alphabet.length);
      }
    }
  }
  return password;
}
