import { seededRandom } from './seeded-random.js';

export interface DemoLead {
  readonly name: string;
  /** E.164 with the leading `+`. */
  readonly phoneNumber: string;
}

const FIRST_NAMES =
  'Ana Beatriz Bruno Camila Carlos Daniela Diego Eduarda Felipe Fernanda Gabriel Helena Igor Isabela João Juliana Larissa Lucas Marcos Mariana Mateus Natália Otávio Patrícia Paulo Rafaela Renato Sofia Thiago Vitória'.split(
    ' ',
  );
const LAST_NAMES =
  'Almeida Araújo Barbosa Cardoso Carvalho Castro Costa Dias Fernandes Ferreira Gomes Lima Lopes Martins Melo Moreira Nogueira Oliveira Pereira Pinto Ramos Ribeiro Rocha Santos Silva Souza Teixeira Vieira'.split(
    ' ',
  );

/** Mobile numbers of area code 41: a 9, then 6 to 9, then seven digits. */
const NUMBERS = 40_000_000;
/** Shares no factor with `NUMBERS`: multiplying by it goes through all of them, in an order that looks random. */
const STEP = 15_485_863;

/**
 * Leads for a demonstration, all different, the same for the same seed; `count` up to 40 million.
 *
 * Brazil sets no numbers aside for fiction: these are well formed, and some belong to people. They are for the lab,
 * which never leaves this machine. Never dial them over a real trunk.
 */
export function demoLeads(count: number, seed: number): DemoLead[] {
  if (!Number.isInteger(count) || count < 0 || count > NUMBERS) {
    throw new RangeError(`The number of demo leads must be 0 to ${NUMBERS}.`);
  }
  const random = seededRandom(`${seed}|leads`);
  const start = Math.floor(random.between(0, NUMBERS));
  return Array.from({ length: count }, (_, index) => {
    const number = 960_000_000 + Number((BigInt(start) + BigInt(index) * BigInt(STEP)) % BigInt(NUMBERS));
    return {
      name: `${oneOf(FIRST_NAMES, random.next())} ${oneOf(LAST_NAMES, random.next())}`,
      phoneNumber: `+5541${number}`,
    };
  });
}

function oneOf(names: readonly string[], chance: number): string {
  return names[Math.floor(chance * names.length)] ?? '';
}
