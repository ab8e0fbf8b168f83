import { describe, expect, test } from '@jest/globals';
import { findTextProblems } from '../../scripts/console-texts.mjs';

const en = { menu: { open: 'Open {{name}}' }, total_one: '{{count}} entry', total_other: '{{count}} entries' };
const es = {
  menu: { open: 'Abrir {{name}}' },
  total_one: '{{count}} entrada',
  total_many: '{{count}} de entradas',
  total_other: '{{count}} entradas',
};
const sources = [`t('menu.open', { name })`, `t('total', { count })`];

describe('the check of the texts of the console', () => {
  test('has nothing to say of languages that are complete', () => {
    expect(findTextProblems({ en, es }, sources)).toEqual([]);
  });

  test('finds a key that a language lacks, and one that it has alone', () => {
    expect(findTextProblems({ en, es: { ...es, menu: { close: 'Cerrar' } } }, sources)).toEqual([
      'es: menu.open: is missing',
      'es: menu.close: en has no such key',
    ]);
  });

  test('finds a plural form that the language has and the text does not', () => {
    const { total_many, ...rest } = es;
    expect(total_many).toBeDefined();
    expect(findTextProblems({ en, es: rest }, sources)).toEqual(['es: total_many: is missing']);
    expect(findTextProblems({ en: { ...en, total_many: '?' }, es }, sources)).toEqual([
      'en: total_many: the language has no such form',
    ]);
  });

  test('finds a placeholder that differs, and a text that is blank', () => {
    expect(findTextProblems({ en, es: { ...es, menu: { open: 'Abrir {{nombre}}' } } }, sources)).toEqual([
      'es: menu.open: has {nombre}, en has {name}',
    ]);
    expect(findTextProblems({ en, es: { ...es, menu: { open: ' ' } } }, sources)).toContain('es: menu.open: is blank');
  });

  test('finds keys that nobody uses, or that are used and not there; a template uses all that begins so', () => {
    expect(findTextProblems({ en, es }, [`t('total')`, `t('menu.shut')`])).toEqual([
      'menu.shut: is used, and there is no text for it',
      'menu.open: is used nowhere',
    ]);
    expect(findTextProblems({ en, es }, ["t('total') + t(`menu.${action}`)"])).toEqual([]);
  });

  test('finds a code of the API without a text', () => {
    expect(findTextProblems({ en, es }, sources, ['CONFLICT'])).toEqual([
      'errors.CONFLICT: the API has this code, and there is no text for it',
    ]);
  });
});
