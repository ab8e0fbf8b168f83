// Whether the console's texts are complete: every language has the keys, plural forms and placeholders of the English
// one, the sources use no other key, and use all of them. Every code of the API's errors has a text.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** What is wrong, a sentence each. `dictionaries`: by language; the first is the one that the others follow. */
export function findTextProblems(dictionaries, sources, errorCodes = []) {
  const [[reference, first], ...others] = Object.entries(dictionaries).map(([language, dictionary]) => [
    language,
    readTexts(dictionary),
  ]);
  return [
    ...[[reference, first], ...others].flatMap(([language, texts]) => pluralProblems(language, texts)),
    ...others.flatMap(([language, texts]) => differences(language, texts, reference, first)),
    ...usageProblems(first, sources),
    ...errorCodes
      .filter((code) => !first.has(`errors.${code}`))
      .map((code) => `errors.${code}: the API has this code, and there is no text for it`),
  ];
}

/** Texts by key; the plural forms of a text are together under the key that the sources use. */
function readTexts(dictionary, prefix = '', texts = new Map()) {
  for (const [name, value] of Object.entries(dictionary)) {
    const path = `${prefix}${name}`;
    if (typeof value === 'object') readTexts(value, `${path}.`, texts);
    else {
      const form = PLURAL.exec(path)?.[1] ?? '';
      const key = path.replace(PLURAL, '');
      texts.set(key, { ...texts.get(key), [form]: value });
    }
  }
  return texts;
}

function pluralProblems(language, texts) {
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const problems = [];
  for (const [key, forms] of texts) {
    const blank = Object.entries(forms).filter(([, text]) => text.trim() === '');
    for (const [form] of blank) problems.push(`${language}: ${form ? `${key}_${form}` : key}: is blank`);
    if ('' in forms) continue;
    for (const form of wanted) if (!(form in forms)) problems.push(`${language}: ${key}_${form}: is missing`);
    for (const form of Object.keys(forms)) {
      if (!wanted.includes(form)) problems.push(`${language}: ${key}_${form}: the language has no such form`);
    }
  }
  return problems;
}

function differences(language, texts, reference, first) {
  const problems = [];
  for (const key of first.keys()) if (!texts.has(key)) problems.push(`${language}: ${key}: is missing`);
  for (const [key, forms] of texts) {
    const referenceForms = first.get(key);
    if (!referenceForms) problems.push(`${language}: ${key}: ${reference} has no such key`);
    else if (placeholders(forms) !== placeholders(referenceForms)) {
      problems.push(
        `${language}: ${key}: has ${placeholders(forms)}, ${reference} has ${placeholders(referenceForms)}`,
      );
    }
  }
  return problems;
}

/** Of all forms together: "one entry" may go without its number. */
function placeholders(forms) {
  const names = Object.values(forms).flatMap((text) => [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, name]) => name));
  return `{${[...new Set(names.map((name) => name.trim()))].sort().join('; ')}}`;
}

/** Keys are written in full, or as `prefix.${value}`, which uses all that begins so. */
function usageProblems(texts, sources) {
  const used = new Set();
  const prefixes = new Set();
  for (const source of sources) {
    for (const [, key] of source.matchAll(/\bt\(\s*'([^']+)'/g)) used.add(key);
    for (const [, prefix] of source.matchAll(/\bt\(\s*`([\w.]+\.)\$\{\w+\}`/g)) prefixes.add(prefix);
  }
  const isUsed = (key) => used.has(key) || [...prefixes].some((prefix) => key.startsWith(prefix));
  return [
    ...[...used].filter((key) => !texts.has(key)).map((key) => `${key}: is used, and there is no text for it`),
    ...[...texts.keys()].filter((key) => !isUsed(key)).map((key) => `${key}: is used nowhere`),
  ];
}

function checkConsole() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const read = (file) => readFileSync(`${root}/${file}`, 'utf8');
  const languages = ['en', 'es', 'pt', 'de'];
  const dictionaries = Object.fromEntries(
    languages.map((name) => [name, JSON.parse(read(`web/src/i18n/${name}.json`))]),
  );
  const sources = globSync('web/src/**/*.{ts,tsx}', { cwd: root }).map(read);
  const errorCodes = /enum ErrorCode \{([^}]*)\}/.exec(read('schema.graphql').replace(/"""[^]*?"""/g, ''))?.[1];
  const problems = findTextProblems(dictionaries, sources, errorCodes.match(/\w+/g));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) checkConsole();
