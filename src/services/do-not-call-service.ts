import { X509Certificate } from 'node:crypto';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { DncInquiry, DncReply } from '../engine/contracts/dnc-service.js';
import { dncUrlProblem } from '../engine/domain/dnc-url.js';
import { readPhoneNumber } from '../engine/domain/phone-number.js';
import { Campaign } from '../entities/campaign.js';
import { DncService } from '../entities/dnc-service.js';
import { badUserInput, conflict, notFound } from '../errors.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import type { InstallationChanged } from './installation-changes.js';
import { whyNoNumber } from './lead-import/lead-row.js';

const URL_MAX_LENGTH = 2000;
/** All of a system's authorities are some 250,000 characters. */
const CERTIFICATES_MAX_LENGTH = 1_000_000;

export interface DncServiceEdit {
  readonly name?: string | null;
  readonly url?: string | null;
  readonly caCertificate?: string | null;
  readonly timeoutMs?: number | null;
}

export interface NewDncService extends DncServiceEdit {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
}

export interface DncTest extends DncReply {
  readonly dncService: DncService;
  readonly durationMs: number;
}

/** The do-not-call services (product.md, Do not call). The engine reads them again after every commit. */
export class DoNotCallService {
  constructor(
    private readonly inquiry: DncInquiry,
    private readonly installationChanged: InstallationChanged,
  ) {}

  async create(em: EntityManager, input: NewDncService): Promise<DncService> {
    checkService(input).throwIfAny();
    const service = em.create(DncService, {
      id: uuidv7(),
      version: 1,
      name: input.name.trim(),
      url: input.url,
      builtIn: false,
      caCertificate: input.caCertificate ?? null,
      timeoutMs: input.timeoutMs,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    await flushNamed(em, service.name);
    this.installationChanged();
    return service;
  }

  /** Campaigns that use it may be started; their next question goes by the edit. */
  async update(em: EntityManager, id: string, version: number, edit: DncServiceEdit): Promise<DncService> {
    const check = checkService(edit);
    check.noNulls('input', edit, ['caCertificate']);
    check.throwIfAny();
    const service = await em.transactional(async (tx) => {
      const service = await lockService(tx, id);
      requireOwn(service, 'edited');
      requireVersion(service.version, version);
      if (edit.name != null) service.name = edit.name.trim();
      if (edit.url != null) service.url = edit.url;
      if (edit.caCertificate !== undefined) service.caCertificate = edit.caCertificate;
      if (edit.timeoutMs != null) service.timeoutMs = edit.timeoutMs;
      service.updatedAt = new Date();
      await flushNamed(tx, service.name);
      return service;
    });
    this.installationChanged();
    return service;
  }

  async delete(em: EntityManager, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const service = await lockService(tx, id);
      requireOwn(service, 'deleted');
      // With the row locked no campaign can begin to use it: its foreign key waits.
      const count = await tx.count(Campaign, { dncService: service.id });
      if (count > 0) throw conflict('input.id', `a campaign uses the do-not-call service (campaigns: ${count})`);
      await tx.nativeDelete(DncService, { id: service.id });
    });
    this.installationChanged();
    return id;
  }

  /** Asks as before a call. No transaction is open meanwhile: a slow service holds no connection to the database. */
  async test(em: EntityManager, id: string, phoneNumber: string): Promise<DncTest> {
    const reading = readPhoneNumber(phoneNumber);
    if (!reading.ok) {
      const message = whyNoNumber(phoneNumber, reading.problem, 'numbers must begin with their country code');
      throw badUserInput([{ path: 'input.phoneNumber', message }]);
    }
    const dncService = isId(id) ? await em.findOne(DncService, id) : null;
    if (!dncService) throw notFound('do-not-call service', id);
    const startedMs = performance.now();
    const reply = await this.inquiry.ask(dncService, reading.e164);
    return { ...reply, dncService, durationMs: Math.round(performance.now() - startedMs) };
  }
}

async function lockService(tx: EntityManager, id: string): Promise<DncService> {
  const service = isId(id)
    ? await tx.findOne(DncService, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
    : null;
  if (!service) throw notFound('do-not-call service', id);
  return service;
}

function requireOwn(service: DncService, deed: 'edited' | 'deleted'): void {
  if (service.builtIn) throw conflict('input.id', `the built-in do-not-call service cannot be ${deed}`);
}

function checkService(edit: DncServiceEdit): InputCheck {
  const check = new InputCheck();
  check.notBlank('input.name', edit.name);
  check.text('input.url', edit.url, URL_MAX_LENGTH);
  const urlProblem = edit.url == null ? undefined : dncUrlProblem(edit.url);
  check.require(urlProblem === undefined, 'input.url', urlProblem ?? '');
  check.text('input.caCertificate', edit.caCertificate, CERTIFICATES_MAX_LENGTH);
  const pemProblem = edit.caCertificate == null ? undefined : certificatesProblem(edit.caCertificate);
  check.require(pemProblem === undefined, 'input.caCertificate', pemProblem ?? '');
  check.range('input.timeoutMs', edit.timeoutMs, 100, 10_000);
  return check;
}

/** OpenSSL takes what it can read and leaves out the rest; here every block must be a certificate. */
function certificatesProblem(text: string): string | undefined {
  // The value of a key that was given by mistake is stored nowhere, and repeated in no message.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return 'holds a private key; give the certificates alone';
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g) ?? [];
  const marks = text.match(/-----BEGIN /g)?.length ?? 0;
  if (blocks.length === 0) return 'holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----';
  if (blocks.length !== marks) return 'holds a certificate that is cut off';
  const bad = blocks.findIndex((block) => !isCertificate(block));
  return bad === -1 ? undefined : `block ${bad + 1} of ${blocks.length} is not a certificate in PEM`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

async function flushNamed(em: EntityManager, name: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'dnc_service_name_key', 'input.name', name);
  }
}
