// An integrator who reports the states of agents over the API.

const REPORT = 'mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence } }';
const LONGEST_TTL_S = 3600;

/** Its agents are talking at first. */
export async function startPushPeer({ agents, queueId, master, useSource }) {
  const { me } = await master.ask('{ me { id } }');
  await useSource({ push: { reporterId: me.id } });
  const stateOf = (index, state) => ({ agentId: `agent-${index}`, queueIds: [queueId], state });
  let sequence = 0;
  const report = (mode, states) =>
    master.ask(REPORT, { input: { sequence: ++sequence, ttlSeconds: LONGEST_TTL_S, mode, agents: states } });
  await report(
    'SNAPSHOT',
    Array.from({ length: agents }, (_, index) => stateOf(index, 'TALKING')),
  );
  return {
    /** Resolves when the report has been taken. */
    set: (index, isFree) => report('CHANGES', [stateOf(index, isFree ? 'AVAILABLE' : 'TALKING')]),
    close: () => undefined,
  };
}
