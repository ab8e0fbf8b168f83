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

/** Ofcom has set +44 7700 900000 to 900999 aside for film and television: they belong to nobody. */
const FIRST_NUMBER = 447_700_900_000;
const NUMBERS = 1000;
/** Shares no factor with `NUMBERS`: multiplying by it goes through all of them, in an order that looks random. */
const STEP = 387;

/**
 * Leads for a demonstration, all different, the same for the same seed; `count` up to 1,000. Their numbers belong to
 * nobody, so that a demo which is dialed over a real trunk by mistake reaches nobody.
 */
export function demoLeads(count: number, seed: number): DemoLead[] {
  if (!Number.isInteger(count) || count < 0 || count > NUMBERS) {
    throw new RangeError(`The number of demo leads must be 0 to ${NUMBERS}.`);
  }
  const random = seededRandom(`${seed}|leads`);
  const start = Math.floor(random.between(0, NUMBERS));
  return Array.from({ length: count }, (_, index) => ({
    name: `${oneOf(FIRST_NAMES, random.next())} ${oneOf(LAST_NAMES, random.next())}`,
    phoneNumber: `+${FIRST_NUMBER + ((start + index * STEP) % NUMBERS)}`,
  }));
}

function oneOf(names: readonly string[], chance: number): string {
  return names[Math.floor(chance * names.length)] ?? '';
}
