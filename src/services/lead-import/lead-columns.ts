import { readPhoneNumber } from '../../engine/domain/phone-number.js';

/** Which column of the file is what. */
export interface LeadColumns {
  readonly phoneNumber: number;
  readonly name: number;
  /** -1: there is none. */
  readonly description: number;
  readonly extra: readonly { readonly index: number; readonly name: string }[];
}

/** Names of columns that only exports of leads have begin with it: they are no fields of a lead. */
export const EXPORT_ONLY = 'outdial:';

/** Without a header row, the columns go by their order and only three of them have a meaning. */
export const UNNAMED_COLUMNS: LeadColumns = { name: 0, phoneNumber: 1, description: 2, extra: [] };

/** Names by which a header row is recognised, in English, Spanish, Portuguese and German, without accents and signs. */
const PHONE_NAMES = new Set(
  `phone phonenumber number telephone telephonenumber tel mobile mobilenumber cell cellphone msisdn telefono numero
   numerodetelefono numerotelefono movil celular telefone numerodetelefone numerotelefone fone telemovel telefon
   telefonnummer rufnummer nummer handy handynummer mobil mobilnummer mobiltelefon`.split(/\s+/),
);
const NAME_NAMES = new Set(
  `name fullname customer customername contact contactname client lead nombre nombrecompleto cliente contacto nome
   nomecompleto contato kunde kundenname kontakt vollername`.split(/\s+/),
);
const DESCRIPTION_NAMES = new Set(
  `description desc note notes comment comments remark remarks descripcion nota notas comentario comentarios
   observacion observaciones descricao observacao observacoes obs beschreibung notiz notizen bemerkung bemerkungen
   kommentar`.split(/\s+/),
);

/**
 * The columns as the row names them, if it is a header row: one that names a column of telephone numbers and holds no
 * telephone number itself. The third column is the description unless another one is named so.
 */
export function columnsOfHeader(row: readonly string[]): LeadColumns | undefined {
  const names = row.map(plainName);
  const phoneNumber = names.findIndex((name) => PHONE_NAMES.has(name));
  if (phoneNumber === -1 || row.some((field) => readPhoneNumber(field).ok)) return undefined;
  const named = (known: ReadonlySet<string>): number =>
    names.findIndex((name, index) => index !== phoneNumber && known.has(name));
  const name = named(NAME_NAMES);
  const nameOrFirst = name !== -1 ? name : phoneNumber === 0 ? 1 : 0;
  const namedDescription = named(DESCRIPTION_NAMES);
  const isThirdFree = names.length > 2 && phoneNumber !== 2 && nameOrFirst !== 2;
  const description = namedDescription !== -1 ? namedDescription : isThirdFree ? 2 : -1;
  const taken = new Set([phoneNumber, nameOrFirst, description]);
  const extra = row.flatMap((text, index) =>
    taken.has(index) || text === '' || text.startsWith(EXPORT_ONLY) ? [] : [{ index, name: asWritten(text) }],
  );
  return { phoneNumber, name: nameOrFirst, description, extra };
}

/** Takes off the apostrophe by which an export keeps a spreadsheet from calculating. */
export function asWritten(text: string): string {
  return /^'[=+\-@]/.test(text) ? text.slice(1) : text;
}

function plainName(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
}
