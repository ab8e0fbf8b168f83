import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../src/lab/index.js';
import { Product } from '../support/product.js';
import { prepareStory, type Story } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PILOT = '9000';
const AGENTS = 5;
/** Ten calls are through in some seconds; the machine may be busy. */
const PATIENCE_MS = 100_000;
const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the examples, against the lab', () => {
  let lab: Lab;
  let database: TestDatabase;
  let product: Product;
  let story: Story;

  beforeAll(async () => {
    lab = await startLab({ seed: 1, agents: AGENTS, pilotNumber: PILOT, mix: { PERSON: 1 }, pace: 50 });
    database = await createTestDatabase();
    product = await Product.start({ DATABASE_URL: database.url });
    const channels = { channels: AGENTS, holdSeconds: Math.ceil(lab.maxHoldMs / 1000) };
    story = await prepareStory(product, { sipPort: lab.sipPort, ...channels });
  }, PATIENCE_MS);

  afterAll(async () => {
    await product.end();
    await database.drop();
    await lab.close();
  }, PATIENCE_MS);

  const example = async (file: string, ...parameters: string[]): Promise<string> => {
    const { username, password } = story.administrator;
    const { stdout } = await run(file, parameters, {
      cwd: root,
      timeout: PATIENCE_MS,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...{ OUTDIAL_URL: product.url, OUTDIAL_USER: username, OUTDIAL_PASSWORD: password, OUTDIAL_PILOT: PILOT },
      },
    });
    return stdout;
  };

  test(
    'the one in TypeScript creates a campaign, loads it, and watches it to its end',
    async () => {
      const told = await example(process.execPath, 'examples/typescript/dial.ts');
      expect(told).toContain('Loaded 10 of 10 leads');
      expect(told).toMatch(/Stopped: NO_LEADS_LEFT, \d+ of 10 transferred/);
    },
    PATIENCE_MS,
  );

  test(
    'the one in shell does the same with curl alone',
    async () => {
      const told = await example('sh', 'examples/shell/dial.sh');
      expect(told).toContain('Loaded 10 of 10 leads');
      expect(told).toMatch(/10\/10 called.*\nDone/);
    },
    PATIENCE_MS,
  );

  test('the types of the one in TypeScript are those of the schema', async () => {
    await example(process.execPath, 'examples/typescript/generate.mjs', '--check');
  });
});
