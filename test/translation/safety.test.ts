import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, Names } from '../../src/domain/document.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { inlinesOf } from '../../src/translation/walk-document.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { document, hostileText, names, noNames, plainDocument, slackJson } from './arbitraries.ts';
import { invisible, seeBbCode, seeStripped } from './bb-code.ts';
import { readMessage } from './reading.ts';

const runs = { numRuns: 2_000 };

describe('typed text', () => {
  it('never becomes a code, wherever it is cut into pieces', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        for (const seen of [seeBbCode(write(typed)), seeStripped(write(typed))]) {
          expect(seen.codes.filter((code) => !isAskedFor(code, typed))).toEqual([]);
          expect(seen.others).toEqual([]);
          expect(seen.quotes.every((depth) => depth === 0)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('keeps every letter, their order and the line breaks', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        const lines = typed.blocks.map((block) => (block.kind === 'paragraph' ? block.content : []));
        const whole = lines.map((line) =>
          line
            .map((node) => (node.kind === 'text' ? node.text : ''))
            .map(asShown)
            .join(''),
        );
        expect(seeBbCode(write(typed)).visible).toBe(whole.join('\n').replace(invisible, ''));
      }),
      runs,
    );
  });

  it('is left as it is when it was translated before', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        const once = write(typed);
        fc.pre(!once.includes('[url'));
        expect(write(textDocument(once))).toBe(once);
      }),
      runs,
    );
  });

  it('is not changed at all where nothing in it could be a code', () => {
    for (const harmless of [
      'a[0] = [1, 2]',
      '[x] done, [ ] open, [X]',
      'a > b, c >> d',
      'x -- y --- z ----',
      'see /me',
      '/etc/hosts\n/usr/bin/env node\n// note\n/ 2',
      '1/2',
      '[',
      'a [',
      'well :-)no',
      'snake_case_name, 2 * 3 * 4',
    ]) {
      expect(write(textDocument(harmless))).toBe(harmless);
    }
  });

  it('has no control characters, lone surrogates or overrides of direction', () => {
    fc.assert(
      fc.property(document, names, (tree, known) => {
        const text = write(tree, known);
        expect(text).toBe(text.toWellFormed());
        expect(text).not.toMatch(/(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u206f]/u);
      }),
      runs,
    );
  });
});

describe('a written document', () => {
  it('has only the codes that the tree asks for, opened and closed in order', () => {
    fc.assert(
      fc.property(document, names, (tree, known) => {
        const { codes, others } = seeBbCode(write(tree, known));
        expect(codes.filter((code) => !isAskedFor(code, tree))).toEqual([]);
        expect(others).toEqual([]);
        expect(unbalanced(codes)).toEqual([]);
      }),
      runs,
    );
  });

  it('has no other codes for a reader that throws zero-width characters away', () => {
    fc.assert(
      fc.property(document, names, (tree, known) => {
        const { codes, others } = seeStripped(write(tree, known));
        expect(codes.filter((code) => !isAskedFor(code, tree))).toEqual([]);
        expect(others).toEqual([]);
      }),
      runs,
    );
  });

  it('has no codes left once its codes were taken out', () => {
    fc.assert(
      fc.property(document, names, (tree, known) => {
        const visible = write(tree, known)
          // Something stays where code was: what stands around it does not meet.
          .replace(/\[code\].*?\[\/code\]/gs, '…')
          .replace(/\[timestamp=[^\]]*\]/g, '12:00')
          .replace(/\[(\/?(b|i|u|s|code|url|USER)|(url|USER)=[^\]]*)\]/g, '');
        expect(seeBbCode(visible).codes).toEqual([]);
      }),
      runs,
    );
  });
});

describe('any input', () => {
  it('of mrkdwn or Markdown gives text with the codes of its own markup only', () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        const markdown = readMessage({ blocks: [{ type: 'markdown', text: typed }] });
        for (const tree of [readMrkdwn(typed), markdown.document]) {
          const { codes, others } = seeBbCode(write(tree));
          expect(codes.filter((code) => !isAskedFor(code, tree))).toEqual([]);
          expect(others).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('of JSON gives a document that can be written', () => {
    fc.assert(
      fc.property(slackJson, (json) => {
        for (const tree of [readMessage(json).document, readMessage({ blocks: [json] }).document]) {
          const { codes } = seeBbCode(write(tree));
          expect(codes.filter((code) => !isAskedFor(code, tree))).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('of text, whatever the fields are called, is not lost', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.stringMatching(/^[a-z_]{3,20}$/), (word, type) => {
        const unknownBlock = { blocks: [{ type: `new_${type}`, header: { type: 'plain_text', text: word } }] };
        const unknownInline = { blocks: [richText({ type: `new_${type}`, fallback: word })] };
        const unknownSection = {
          blocks: [
            { type: 'rich_text', elements: [{ type: `new_${type}`, elements: [{ type: 'text', text: word }] }] },
          ],
        };
        for (const message of [unknownBlock, unknownInline, unknownSection]) {
          expect(write(readMessage(message).document)).toContain(word);
          expect(readMessage(message).losses).toContainEqual({ kind: 'unsupported', types: [`new_${type}`] });
        }
      }),
    );
  });

  it('is read without end of patience: nested a thousand deep, it still gives text', () => {
    let block: unknown = richText({ type: 'text', text: 'deep' });
    for (let depth = 0; depth < 1_000; depth += 1) {
      block = { type: 'container', child_blocks: [block, { type: 'new_thing', inner: [block] }] };
    }
    const { document: tree, losses } = readMessage({ text: 'shallow', blocks: [block] });
    expect(write(tree)).toBe('shallow');
    expect(losses).toContainEqual({ kind: 'cut' });
  });
});

function write(tree: Document, known: Names = noNames): string {
  const written = writeBitrix(tree, known);
  return written.kind === 'written' ? written.parts.join('\n') : '';
}

function textDocument(typed: string): Document {
  return { blocks: [{ kind: 'paragraph', content: [{ kind: 'text', text: typed }] }] };
}

function richText(...elements: readonly unknown[]): unknown {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

/** What is left of a piece of typed text in a chat. */
function asShown(typed: string): string {
  return typed
    .toWellFormed()
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '');
}

function isAskedFor(code: string, tree: Document): boolean {
  const nodes = [...inlinesOf(tree)];
  const [name = ''] = code.replace('/', '').split(/[= ]/);
  switch (name) {
    case 'url':
      return (
        nodes.some((node) => 'address' in node || hasAddress(node)) &&
        /^\/?url$|^url=(https?:\/\/|mailto:|tel:)[^\s"'<>[]+$/.test(code)
      );
    case 'user':
      return nodes.some((node) => node.kind === 'user' && node.id === 'U1') && /^(user=7|\/user)$/.test(code);
    case 'timestamp':
      return nodes.some((node) => node.kind === 'moment' && code.startsWith(`timestamp=${node.epochSeconds} format=`));
    case 'code':
      return tree.blocks.some(holdsCode) || nodes.some((node) => node.style?.code);
    case 'b':
      return tree.blocks.some(holdsBold) || nodes.some((node) => node.style?.bold);
    case 'i':
      return nodes.some((node) => node.style?.italic);
    case 'u':
      return nodes.some((node) => node.style?.underline);
    case 's':
      return nodes.some((node) => node.style?.strike);
    default:
      return false;
  }
}

/** Addresses that were typed are written as links. */
function hasAddress(node: object): boolean {
  return /:\/\/|www\./i.test(JSON.stringify(node));
}

function holdsCode(block: Document['blocks'][number]): boolean {
  return block.kind === 'preformatted' || (block.kind === 'quote' && block.blocks.some(holdsCode));
}

function holdsBold(block: Document['blocks'][number]): boolean {
  return block.kind === 'heading' || block.kind === 'table' || (block.kind === 'quote' && block.blocks.some(holdsBold));
}

/** Codes that are closed without having been opened last, and codes that are never closed. */
function unbalanced(codes: readonly string[]): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const code of codes.filter((seen) => !seen.startsWith('timestamp='))) {
    const [name = ''] = code.split('=');
    if (!name.startsWith('/')) {
      open.push(name);
    } else if (open.pop() !== name.slice(1)) {
      wrong.push(code);
    }
  }
  return [...wrong, ...open];
}
