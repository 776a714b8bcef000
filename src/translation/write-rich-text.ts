import type { Block, Document, Inline, List, Names } from '../domain/document.ts';
import { createLossLog } from './loss-log.ts';
import { joined, text } from './nodes.ts';
import type { RichInline, RichText, RichTextContainer } from './rich-text.ts';
import { type InlineWriter, writeShownInline, writeTypedInline } from './writing/rich-inline.ts';
import { textOf } from './writing/text-of.ts';

/**
 * A document as a rich text to be changed: mentions, links and emoji are what they were, and when it is read again,
 * Bitrix24 is sent the same as for the document itself. `undefined` without any text: Slack takes no empty block.
 */
export function writeRichText(document: Document, names: Names = unnamed): RichText | undefined {
  return write(document, { names, writeInline: writeTypedInline, quotes: 0 });
}

const unnamed: Names = { users: new Map(), channels: new Map(), groups: new Map() };

/** A document as a rich text that shows what is seen of it in Bitrix24. `quoted`: with a bar beside all of it. */
export function showRichText(document: Document, names: Names, quoted: boolean): RichText | undefined {
  return write(document, { names, writeInline: writeShownInline, quotes: quoted ? 1 : 0 });
}

type Manner = {
  readonly names: Names;
  readonly writeInline: InlineWriter;
  /** Depth of quotes. */
  readonly quotes: number;
};

function write(document: Document, manner: Manner): RichText | undefined {
  const elements = withBreaks(writeBlocks(document.blocks, manner));
  return elements.length === 0 ? undefined : { type: 'rich_text', elements };
}

/** Paragraphs that follow each other are one container, as where they are typed. */
function writeBlocks(blocks: readonly Block[], manner: Manner): readonly RichTextContainer[] {
  const containers: RichTextContainer[] = [];
  let lines: (readonly Inline[])[] = [];
  const endLines = () => {
    if (lines.length > 0) {
      containers.push(writeLines(lines, manner));
      lines = [];
    }
  };
  for (const block of blocks) {
    const content = linesOf(block);
    const inner = content ? [] : writeBlock(block, manner);
    lines.push(...(content ?? []));
    if (inner.length > 0) {
      endLines();
      containers.push(...inner);
    }
  }
  endLines();
  return containers;
}

/** The lines of a block that has nothing but lines. */
function linesOf(block: Block): readonly (readonly Inline[])[] | undefined {
  switch (block.kind) {
    case 'paragraph':
      return [block.content];
    case 'heading':
      return [block.content.map(bold)];
    case 'table':
      return block.rows.map((row, at) => joined(row.map(at === 0 && block.rows.length > 1 ? allBold : same), ' | '));
    case 'divider':
      return [[text('─'.repeat(12))]];
    default:
      return undefined;
  }
}

function writeBlock(block: Block, manner: Manner): readonly RichTextContainer[] {
  const border = manner.quotes > 0 ? ({ border: 1 } as const) : {};
  switch (block.kind) {
    case 'quote':
      return writeBlocks(block.blocks, { ...manner, quotes: manner.quotes + 1 });
    case 'preformatted': {
      const code = block.content.map((node) => textOf(node, manner.names, createLossLog())).join('');
      const elements = [{ type: 'text', text: code.toWellFormed() } as const];
      return code === '' ? [] : [{ type: 'rich_text_preformatted', elements, ...border }];
    }
    case 'list':
      return block.items.length === 0 ? [] : [{ ...writeList(block, manner), ...border }];
    default:
      return [];
  }
}

function writeLines(lines: readonly (readonly Inline[])[], manner: Manner): RichTextContainer {
  const marker = nestedMark.repeat(Math.max(0, manner.quotes - 1));
  const content = lines.flatMap((line, at) => [...(at === 0 ? [] : [text('\n')]), ...line]);
  const elements = writeContent(marker === '' ? content : marked(content, marker), manner);
  return { type: manner.quotes > 0 ? 'rich_text_quote' : 'rich_text_section', elements };
}

/** Rich text has one level of quotes: a bar of our own, the same as in Bitrix24, stands for deeper ones. */
const nestedMark = '│ ';

function marked(content: readonly Inline[], marker: string): readonly Inline[] {
  const lines = content.map((node) =>
    node.kind === 'text' ? { ...node, text: node.text.replaceAll('\n', `\n${marker}`) } : node,
  );
  return [text(marker), ...lines];
}

function writeList({ ordered, indent, start, items }: List, manner: Manner): RichTextContainer {
  return {
    type: 'rich_text_list',
    style: ordered ? 'ordered' : 'bullet',
    elements: items.map((item) => ({ type: 'rich_text_section', elements: withBreak(writeContent(item, manner)) })),
    ...(indent > 0 ? { indent: Math.min(indent, maxIndent) } : {}),
    ...(ordered && start > 1 ? { offset: start - 1 } : {}),
  };
}

/** How deep Slack nests lists. Source: docs.slack.dev, rich text block. */
const maxIndent = 8;

/** Slack refuses runs without text. */
function writeContent(content: readonly Inline[], { names, writeInline }: Manner): RichInline[] {
  return content
    .map((node) => writeInline(node, names))
    .filter((element) => element.type !== 'text' || element.text !== '');
}

/**
 * Slack ends a section with a line break where more follows, and takes it for none of the text. A container without
 * text is an empty line there, and nothing at the end.
 */
function withBreaks(containers: readonly RichTextContainer[]): RichTextContainer[] {
  const used = containers.slice(0, 1 + containers.findLastIndex(({ elements }) => elements.length > 0));
  return used.map((container, at) => {
    switch (container.type) {
      case 'rich_text_section': {
        const isFollowed = at < used.length - 1;
        return isFollowed ? { ...container, elements: appended(container.elements) } : container;
      }
      case 'rich_text_quote':
        return { ...container, elements: withBreak(container.elements) };
      case 'rich_text_preformatted': {
        const [code] = container.elements;
        return code?.text.endsWith('\n')
          ? { ...container, elements: [{ ...code, text: `${code.text}\n` }] }
          : container;
      }
      case 'rich_text_list':
        return container;
      default:
        return container satisfies never;
    }
  });
}

/** The last line break of a block is none of its text: one that is needs another. */
function withBreak(elements: RichInline[]): RichInline[] {
  const last = elements.at(-1);
  const isOpen = last === undefined || (last.type === 'text' && last.text.endsWith('\n'));
  return isOpen ? appended(elements) : elements;
}

function appended(elements: readonly RichInline[]): RichInline[] {
  const last = elements.at(-1);
  return last?.type === 'text' && last.style === undefined
    ? [...elements.slice(0, -1), { ...last, text: `${last.text}\n` }]
    : [...elements, { type: 'text', text: '\n' }];
}

function bold(node: Inline): Inline {
  return { ...node, style: { ...node.style, bold: true } };
}

function allBold(content: readonly Inline[]): readonly Inline[] {
  return content.map(bold);
}

function same(content: readonly Inline[]): readonly Inline[] {
  return content;
}
