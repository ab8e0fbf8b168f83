// What the load of a file costs: leads through GraphQL (read, normalised, deduplicated, indexed, in one transaction)
// beside COPY of the same file, into a table like that of the leads and into a bare one.
//
//   npm run bench -- upload [--rows 1000000]
//
// Prints one JSON line. Memory is the product's at its highest, above what it had when idle.
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, openAsBlob, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { storeBenchCampaign } from './support/campaign.mjs';
import { cpuMs, memoryMb, treeCpuMs } from './support/processes.mjs';
import { loginAs, round, startDatabase, startProduct } from './support/product.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rows: { type: 'string', default: '1000000' } },
});
const rows = Number(values.rows);
const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
const file = join(folder, 'leads.csv');

async function writeFile() {
  const out = createWriteStream(file);
  for (let row = 0; row < rows; row++) {
    const line = `Lead number ${row},+5541${900_000_000 + row}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/**
 * COPY of the file, by psql where it is installed, which is what an operator would use: into a table with the columns,
 * constraints and indexes that the leads are stored with, and into a bare one of two columns. The first is what storing
 * leads costs whoever does it, the second what reading the file does.
 */
async function copySeconds(database, campaign) {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(`
    create table bare (name text, phone_number text);
    create sequence leads_like_position;
    create table leads_like (like lead including all);
    alter table leads_like add foreign key (campaign_id) references campaign,
      alter id set default gen_random_uuid(), alter campaign_id set default '${campaign}',
      alter position set default nextval('leads_like_position')`);
  const seconds = {};
  for (const table of ['leads_like', 'bare']) {
    const start = performance.now();
    await copyInto(pool, database, table);
    seconds[table] = (performance.now() - start) / 1000;
    const { rows: counted } = await pool.query(`select count(*)::int as count from ${table}`);
    if (counted[0].count !== rows) throw new Error(`COPY took ${counted[0].count} rows`);
  }
  await pool.query('drop table bare, leads_like');
  await pool.end();
  return seconds;
}

async function copyInto(pool, database, table) {
  const target = `${table} (name, phone_number)`;
  try {
    execFileSync('psql', [database.url, '-qc', `\\copy ${target} from '${file}' with (format csv)`]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const client = await pool.connect();
    await pipeline(createReadStream(file), client.query(copyFrom(`copy ${target} from stdin with (format csv)`)));
    client.release();
  }
}

async function upload(client, campaignId) {
  const form = new FormData();
  const query = `mutation ($input: UploadLeadsInput!, $file: Upload!) {
    uploadLeads(input: $input, file: $file) { upload { rowsRead loaded duplicatesInFile rejected } } }`;
  form.set('operations', JSON.stringify({ query, variables: { input: { campaignId }, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', await openAsBlob(file), 'leads.csv');
  const response = await fetch(`${client.url}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': 'true', ...client.authorization },
    body: form,
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data.uploadLeads.upload;
}

const database = await startDatabase();
let product;
try {
  await writeFile();
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const { campaign } = await storeBenchCampaign(pool, { leads: 0, sipPort: 9, channels: 1 });
  await pool.query(`update campaign set state = 'STOPPED'`);
  await pool.end();
  const copy = await copySeconds(database, campaign);
  product = await startProduct(database);
  const administrator = await loginAs(product.url, 'CAMPAIGN_ADMINISTRATOR');
  const idleMb = memoryMb(product.pid);
  let highestMb = idleMb;
  const sampler = setInterval(() => {
    highestMb = Math.max(highestMb, memoryMb(product.pid));
  }, 50);
  const before = { product: cpuMs(product.pid), database: treeCpuMs(database.pid) };
  const start = performance.now();
  const result = await upload(administrator, campaign);
  const seconds = (performance.now() - start) / 1000;
  clearInterval(sampler);
  if (result.loaded !== rows) throw new Error(JSON.stringify(result));
  console.log(
    JSON.stringify({
      bench: 'upload',
      rows,
      fileMb: round(statSync(file).size / 1e6),
      seconds: round(seconds),
      copySeconds: { asLeads: round(copy.leads_like), bare: round(copy.bare) },
      ratio: { asLeads: round(seconds / copy.leads_like), bare: round(seconds / copy.bare) },
      productCpuSeconds: round((cpuMs(product.pid) - before.product) / 1000),
      databaseCpuSeconds: round((treeCpuMs(database.pid) - before.database) / 1000),
      memoryMb: { idle: idleMb, highest: highestMb, aboveIdle: highestMb - idleMb },
    }),
  );
} finally {
  await product?.end();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
