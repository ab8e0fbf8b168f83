import { pipeline } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { AppError, ErrorCode } from '../../errors.js';
import { COPY_COLUMNS, copyLine } from './copy-text.js';
import { CsvRows } from './csv-rows.js';
import type { CsvRow } from './delimited-rows.js';
import { idSource } from './id-source.js';
import { columnsOfHeader, type LeadColumns, UNNAMED_COLUMNS } from './lead-columns.js';
import { leadOfRow } from './lead-row.js';
import { NotCsv } from './record-texts.js';
import { rejected, textPieces } from './text-pieces.js';

/** Rows of the file so far, and those of them that are not acceptable. */
export interface RowCounts {
  rowsRead: number;
  rejected: number;
}

/**
 * Makes the file into lines of COPY, one for each row, good ones and rejected ones. Nothing is held but the piece of the
 * file that is being read: a file of any size takes the same memory.
 */
export async function readLeads(
  open: () => Readable,
  defaultCountry: string | undefined,
  counts: RowCounts,
  sink: Writable,
): Promise<void> {
  try {
    // Opened in the turn that gives it a listener: a sender that goes away in between would end the process.
    const file = open();
    file.on('error', () => undefined);
    await pipeline(file, (bytes: AsyncIterable<Buffer>) => copyText(bytes, defaultCountry, counts), sink);
  } catch (error) {
    if (error instanceof NotCsv) throw rejected(`The file is not CSV. ${error.message}`);
    throw asRejection(error);
  }
  if (counts.rowsRead === 0) throw rejected('The file is empty: it has no row with a lead.');
}

/** Puts what `readLeads` has made into the temporary table `lead_stage`. */
export async function stageLeads(client: PoolClient, lines: Readable): Promise<void> {
  await client.query(
    `create temporary table lead_stage (
       turn int not null, id uuid not null, line int not null, name text, description text, phone_number text,
       extra_fields jsonb, reason text, message text
     ) on commit drop`,
  );
  await pipeline(lines, client.query(copyFrom(`copy lead_stage (${COPY_COLUMNS}) from stdin`)));
}

async function* copyText(
  bytes: AsyncIterable<Buffer>,
  defaultCountry: string | undefined,
  counts: RowCounts,
): AsyncGenerator<string> {
  const rows = new CsvRows();
  const newIds = idSource();
  let columns: LeadColumns | undefined;
  const convert = (complete: readonly CsvRow[]): string => {
    let text = '';
    for (const row of complete) {
      if (!columns) {
        const named = row.fields && columnsOfHeader(row.fields);
        columns = named ?? UNNAMED_COLUMNS;
        if (named) continue;
      }
      const lead = leadOfRow(row, columns, defaultCountry);
      counts.rowsRead++;
      if (lead.rejection) counts.rejected++;
      text += copyLine(counts.rowsRead, newIds(), lead);
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

/** What the upload's stream fails with when the file is larger than allowed; other faults pass. */
export function asRejection(error: unknown): unknown {
  const isTooLarge = (error as { status?: unknown } | null)?.status === 413;
  return isTooLarge
    ? new AppError(
        ErrorCode.UPLOAD_REJECTED,
        `The file is too large. ${(error as Error).message}`,
        {},
        { cause: error },
      )
    : error;
}
