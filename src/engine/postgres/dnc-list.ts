import type { Pool } from 'pg';
import type { Clock } from '../contracts/clock.js';
import type { DncReply, OutspokenDncService } from '../contracts/dnc-service.js';
import type { Log } from '../contracts/log.js';
import type { DncAnswer } from '../domain/dnc-answer.js';

/** As the services over HTTP: product.md, Do not call. */
const TIMEOUT_MS = 2_000;

/** The built-in do-not-call service: the list in the database, of any length, by its primary key. */
export class PostgresDncList implements OutspokenDncService {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async check(phoneNumber: string): Promise<DncAnswer> {
    return (await this.ask(phoneNumber)).answer;
  }

  async ask(phoneNumber: string): Promise<DncReply> {
    let giveUp: (reply: DncReply) => void = () => undefined;
    const tooLate = new Promise<DncReply>((resolve) => (giveUp = resolve));
    const timer = this.clock.setTimer(TIMEOUT_MS, () =>
      giveUp({ answer: 'OUT_OF_SERVICE', message: `The database did not answer within ${TIMEOUT_MS} ms.` }),
    );
    const reply = await Promise.race([this.lookUp(phoneNumber), tooLate]);
    timer.cancel();
    return reply;
  }

  /** Never rejects, not even after the time is up. */
  private async lookUp(phoneNumber: string): Promise<DncReply> {
    try {
      const { rowCount } = await this.pool.query('select from dnc_number where phone_number = $1', [phoneNumber]);
      return { answer: rowCount === 0 ? 'MAY_CALL' : 'DO_NOT_CALL', message: null };
    } catch (error) {
      this.log.warn({ err: error }, 'do-not-call list could not be read');
      return { answer: 'OUT_OF_SERVICE', message: 'The database could not be asked.' };
    }
  }
}
