import { afterEach } from '@jest/globals';
import { startLab, type Lab, type LabOptions } from '../../src/lab/index.js';
import { ScriptedCaller } from '../support/scripted-caller.js';

export const PILOT = '+554130000000';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

/** A fast, scripted lab and a caller; both are closed after the test. */
export async function labAndCaller(
  options: Partial<LabOptions> = {},
): Promise<{ readonly lab: Lab; readonly caller: ScriptedCaller }> {
  const lab = await startLab({ seed: 7, agents: 1, pilotNumber: PILOT, pace: 50, scripted: true, ...options });
  const caller = await ScriptedCaller.open(lab.sipPort);
  open.push(caller, lab);
  return { lab, caller };
}

/** Resolves when the condition holds; for what the lab does without a packet. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
