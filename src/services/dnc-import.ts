import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readPhoneNumber } from '../engine/domain/phone-number.js';
import { DncUploadMode } from '../entities/dnc-enums.js';
import { CsvRows } from './lead-import/csv-rows.js';
import type { CsvRow } from './lead-import/delimited-rows.js';
import { columnsOfHeader } from './lead-import/lead-columns.js';
import { whyNoNumber } from './lead-import/lead-row.js';
import { NotCsv } from './lead-import/record-texts.js';
import { asRejection } from './lead-import/stage-leads.js';
import { rejected, textPieces } from './lead-import/text-pieces.js';
import { throughDisk } from './lead-import/through-disk.js';
import { LISTED_REJECTIONS, type Rejection } from './rejected-rows.js';

export interface DncLoad {
  readonly rowsRead: number;
  readonly loaded: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first 1,000, in file order. */
  readonly rejectedRows: readonly Rejection[];
  readonly totalNumbers: number;
}

/** What was read of the file; good rows are lines of COPY. */
interface Reading {
  rowsRead: number;
  rejected: number;
  readonly rejectedRows: Rejection[];
  hasHeader: boolean;
}

/**
 * Loads the built-in do-not-call list from a file (product.md, Do not call), in one transaction: calls are checked
 * against the old list until the new one is there whole.
 */
export class DncImport {
  constructor(private readonly loadingPool: Pool) {}

  run(mode: DncUploadMode, file: Readable): Promise<DncLoad> {
    // The upload may fail before the pipeline listens: the error would end the process. The pipeline meets it later.
    file.on('error', () => undefined);
    const reading: Reading = { rowsRead: 0, rejected: 0, rejectedRows: [], hasHeader: false };
    return throughDisk(
      async (sink) => {
        await read(file, reading, sink);
        if (mode === DncUploadMode.REPLACE) requireNumbers(reading);
      },
      (lines) => this.load(mode, reading, lines),
    );
  }

  private async load(mode: DncUploadMode, reading: Reading, lines: Readable): Promise<DncLoad> {
    const client = await this.loadingPool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      await client.query('create temporary table dnc_stage (phone_number text collate "C" not null) on commit drop');
      await pipeline(lines, client.query(copyFrom('copy dnc_stage (phone_number) from stdin')));
      // Only now: staging a large file takes a while, in which others can load.
      await client.query('select from dnc_list for update');
      const load = await apply(client, mode, reading);
      await client.query('commit');
      return load;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query('rollback').then(
        () => (failure = undefined),
        () => undefined,
      );
      throw error;
    } finally {
      // A connection that could not roll back is not used again.
      client.release(failure);
    }
  }
}

async function read(file: Readable, reading: Reading, sink: Writable): Promise<void> {
  try {
    await pipeline(file, (bytes: AsyncIterable<Buffer>) => copyText(bytes, reading), sink);
  } catch (error) {
    if (error instanceof NotCsv) throw rejected(`The file is not CSV. ${error.message}`);
    throw asRejection(error);
  }
  if (reading.rowsRead === 0 && !reading.hasHeader) throw rejected('The file is empty: it has no telephone number.');
}

async function* copyText(bytes: AsyncIterable<Buffer>, reading: Reading): AsyncGenerator<string> {
  const rows = new CsvRows();
  let column: number | undefined;
  const convert = (complete: readonly CsvRow[]): string => {
    let text = '';
    for (const row of complete) {
      if (column === undefined) {
        const named = row.fields && columnsOfHeader(row.fields);
        column = named?.phoneNumber ?? 0;
        reading.hasHeader = named !== undefined;
        if (named) continue;
      }
      reading.rowsRead++;
      const number = numberOfRow(row, column, reading.hasHeader);
      // E.164 has nothing that COPY would take for more than a value.
      if (typeof number === 'string') text += `${number}\n`;
      else {
        reading.rejected++;
        if (reading.rejectedRows.length < LISTED_REJECTIONS) reading.rejectedRows.push(number);
      }
    }
    return text;
  };
  for await (const piece of textPieces(bytes)) {
    const text = convert(rows.push(piece));
    if (text !== '') yield text;
  }
  const last = convert(rows.end());
  if (last !== '') yield last;
}

/** The number in E.164, or why the row has none. */
function numberOfRow({ line, fields, problem }: CsvRow, column: number, hasHeader: boolean): string | Rejection {
  if (!fields) return { line, reason: 'MALFORMED_ROW', message: `It is not a row of CSV: ${problem}.` };
  const written = fields[column] ?? '';
  // A second number in the row, if left out silently, would be called.
  if (!hasHeader && fields.some((field, index) => index !== column && field !== '')) {
    const message = `It has ${fields.length} fields; one telephone number a line is wanted, or a header row.`;
    return { line, reason: 'MALFORMED_ROW', message };
  }
  if (written === '') return { line, reason: 'MISSING_PHONE_NUMBER', message: 'It has no telephone number.' };
  const reading = readPhoneNumber(written);
  if (reading.ok) return reading.e164;
  const message = whyNoNumber(written, reading.problem, 'numbers must begin with their country code');
  return { line, reason: 'INVALID_PHONE_NUMBER', message };
}

/** The wrong file must not leave the list empty: numbers that may not be called would be called. */
function requireNumbers({ rowsRead, rejected: bad, rejectedRows }: Reading): void {
  if (rowsRead === 0 || bad < rowsRead) return;
  const [first] = rejectedRows;
  throw rejected(
    `None of the ${rowsRead} rows is acceptable; the list stays as it was. Line ${first?.line}: ${first?.message}`,
  );
}

async function apply(client: PoolClient, mode: DncUploadMode, reading: Reading): Promise<DncLoad> {
  const { rowsRead, rejectedRows } = reading;
  await client.query('analyze dnc_stage');
  await client.query(`set local work_mem = '64MB'`);
  // Numbers that stay keep their row and time: a list that is replaced every night changes by what is new.
  const removed =
    mode === DncUploadMode.REPLACE
      ? await client.query(
          `delete from dnc_number n
           where not exists (select from dnc_stage s where s.phone_number = n.phone_number)`,
        )
      : undefined;
  const added = await client.query(
    `insert into dnc_number (phone_number, added_at)
     select phone_number, $1 from (select distinct phone_number from dnc_stage) s order by phone_number
     on conflict (phone_number) do nothing`,
    [new Date()],
  );
  const addedCount = added.rowCount ?? 0;
  const kept = await client.query<{ total: string }>('update dnc_list set total = total + $1 returning total', [
    addedCount - (removed?.rowCount ?? 0),
  ]);
  const totalNumbers = Number(kept.rows[0]?.total);
  const loaded = mode === DncUploadMode.REPLACE ? totalNumbers : addedCount;
  const duplicates = rowsRead - reading.rejected - loaded;
  return { rowsRead, loaded, duplicates, rejected: reading.rejected, rejectedRows, totalNumbers };
}
