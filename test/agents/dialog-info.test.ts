import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDialogInfo } from '../../src/engine/agents/dialog-info.js';
import { dialogDocument } from '../support/dialog-documents.js';

describe('a document of the dialog event package', () => {
  test('as Asterisk writes it, with one dialog that is always there', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:101@pbx.example">
 <dialog id="101" call-id="pickup-1" local-tag="a" remote-tag="b" direction="recipient">
  <remote>
   <identity display="Eva &lt;Kunde&gt;">sip:+4930901820042@pbx.example</identity>
   <target uri="sip:102@pbx.example"/>
  </remote>
  <local>
   <identity>sip:101@pbx.example</identity>
   <target uri="sip:101@pbx.example"/>
  </local>
  <state>early</state>
 </dialog>
</dialog-info>`;
    expect(parseDialogInfo(text)).toEqual({
      version: 3,
      isFull: true,
      entity: 'sip:101@pbx.example',
      dialogs: [{ id: '101', state: 'early', direction: 'recipient', isHeld: false, remoteNumber: '+4930901820042' }],
    });
  });

  test('with a prefix for its names, and attributes of the state', () => {
    const text = `<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info" version="0" state="partial" entity="sip:a@b">
      <d:dialog id="x"><d:state event="remote-bye" code="200">terminated</d:state></d:dialog>
      <d:dialog id="y"><d:state>confirmed</d:state><d:remote><d:target uri="tel:+4930901820043"/></d:remote></d:dialog>
    </d:dialog-info>`;
    expect(parseDialogInfo(text)).toEqual({
      version: 0,
      isFull: false,
      entity: 'sip:a@b',
      dialogs: [
        { id: 'x', state: 'terminated', isHeld: false },
        { id: 'y', state: 'confirmed', isHeld: false, remoteNumber: '+4930901820043' },
      ],
    });
  });

  test('with comments, instructions, literal sections, empty elements and either quotes', () => {
    const text = `<?xml version='1.0'?><!-- a > b --><dialog-info version='2' state="full" entity="sip:a/b@c">
      <note><![CDATA[</dialog-info>]]></note><dialog id='a>b'><state>early</state><local/></dialog></dialog-info>`;
    expect(parseDialogInfo(text)).toMatchObject({ version: 2, dialogs: [{ id: 'a>b', state: 'early' }] });
  });

  test('without a dialog', () => {
    expect(parseDialogInfo(dialogDocument([], { version: 4 }))).toMatchObject({
      version: 4,
      isFull: true,
      dialogs: [],
    });
  });

  test.each([
    ['nothing', ''],
    ['another document', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b"/>'],
    ['one without version', '<dialog-info state="full" entity="sip:a@b"/>'],
    ['one with a negative version', '<dialog-info version="-1" state="full" entity="sip:a@b"/>'],
    ['one that is neither full nor partial', '<dialog-info version="0" state="some" entity="sip:a@b"/>'],
    ['one that was cut off', dialogDocument([{ id: '1', state: 'early' }]).slice(0, -20)],
    [
      'one that was cut off behind a whole dialog',
      dialogDocument([{ id: '1', state: 'early' }]).replace('</dialog-info>', ''),
    ],
    ['one that closes what it has not opened', dialogDocument([]).replace('</dialog-info>', '</dialog></dialog-info>')],
    ['one with elements that overlap', dialogDocument([]).replace('</dialog-info>', '<a><b></a></b></dialog-info>')],
    ['two in one', dialogDocument([]) + dialogDocument([]).replace(/^.*\r\n/, '')],
    ['one with a tag that does not end', dialogDocument([]).replace('</dialog-info>', '<dialog </dialog-info>')],
    ['many comments that do not end', '<!-- '.repeat(12_000)],
    ['many tags that do not end', '<a '.repeat(20_000)],
    ['one with a type of its own', `<!DOCTYPE d [<!ENTITY e "x">]>${dialogDocument([])}`],
    ['one of 100 KB', dialogDocument([{ id: 'x'.repeat(100_000), state: 'early' }])],
    ['one of 9,000 levels', `${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`],
    ['names of properties that objects have', '<__proto__ version="0" state="full"/>'],
  ])('%s is not read', (_what, text) => {
    expect(parseDialogInfo(text)).toBeNull();
  });

  test('whatever is done to it, nothing is thrown', () => {
    const good = dialogDocument([
      { id: '1', state: 'early', direction: 'recipient', remote: 'sip:+4930901820042@b', rendering: 'no' },
    ]);
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(30), fc.string({ unit: 'binary', maxLength: 12 }), (at, cut, put) => {
        const info = parseDialogInfo(good.slice(0, at) + put + good.slice(at + cut));
        expect(info === null || Number.isInteger(info.version)).toBe(true);
      }),
      { seed: 4_235, numRuns: 2_000 },
    );
  });
});
