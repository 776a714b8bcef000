import type { JsonObject } from '../json.ts';
import type { Directory } from '../state/directory.ts';
import { toRichElements } from './typed-text.ts';

/**
 * What a field of rich text holds after somebody typed this into it: Slack's editor turns the marks for bold and the
 * like, quotes, lists and code into what they mean while they are typed. `null` where nothing was typed.
 * Source: slack.com/help, "Format your messages in Slack"; the form: docs.slack.dev, rich text block.
 */
export function typeRichText(typed: string, directory: Directory, teamId: string): JsonObject | null {
  const inline = (text: string): JsonObject[] => styled(text, {}, (plain) => toRichElements(plain, directory, teamId));
  const blocks = blocksOf(typed);
  const elements = blocks.map((block, at) => containerOf(block, at < blocks.length - 1, inline));
  return typed === '' ? null : { type: 'rich_text', elements };
}

type Kind = 'section' | 'quote' | 'bullet' | 'ordered' | 'code';
type TypedBlock = { readonly kind: Kind; readonly indent: number; readonly lines: string[] };

const marks: readonly { readonly kind: Kind; readonly mark: RegExp }[] = [
  { kind: 'quote', mark: /^> ?/ },
  { kind: 'bullet', mark: /^(\s*)[-*•] +/ },
  { kind: 'ordered', mark: /^(\s*)\d{1,3}[.)] +/ },
];

function blocksOf(typed: string): TypedBlock[] {
  const blocks: TypedBlock[] = [];
  const add = (kind: Kind, indent: number, line: string): void => {
    const last = blocks.at(-1);
    if (last?.kind === kind && last.indent === indent) {
      last.lines.push(line);
    } else {
      blocks.push({ kind, indent, lines: [line] });
    }
  };
  let inCode = false;
  for (const line of typed.split('\n')) {
    if (line.trim() === '```') {
      inCode = !inCode;
    } else if (inCode) {
      add('code', 0, line);
    } else {
      const found = marks.find(({ mark }) => mark.test(line));
      const [whole = '', blanks = ''] = found?.mark.exec(line) ?? [];
      add(found?.kind ?? 'section', Math.floor(blanks.length / 2), line.slice(whole.length));
    }
  }
  return blocks;
}

function containerOf(
  { kind, indent, lines }: TypedBlock,
  isFollowed: boolean,
  inline: (text: string) => JsonObject[],
): JsonObject {
  const text = lines.join('\n');
  switch (kind) {
    case 'section':
      return { type: 'rich_text_section', elements: inline(isFollowed ? `${text}\n` : text) };
    case 'quote':
      return { type: 'rich_text_quote', elements: inline(text) };
    case 'code':
      return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }], border: 0 };
    case 'bullet':
    case 'ordered':
      return {
        type: 'rich_text_list',
        style: kind,
        indent,
        border: 0,
        elements: lines.map((line) => ({ type: 'rich_text_section', elements: inline(line) })),
      };
    default:
      return kind satisfies never;
  }
}

/** A mark opens before a word and closes after one, within a line. */
const styledText =
  /(?<![\p{L}\p{N}`])`([^`\n]+)`(?![\p{L}\p{N}`])|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}*_~])|:([a-z+-][a-z0-9_+-]*):/gu;
const styles = new Map([
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
]);

function styled(text: string, style: JsonObject, plain: (text: string) => JsonObject[]): JsonObject[] {
  const worn = Object.keys(style).length > 0 ? { style } : {};
  const elements: JsonObject[] = [];
  const addPlain = (piece: string): void => {
    elements.push(...plain(piece).map((element) => ({ ...element, ...worn })));
  };
  let end = 0;
  for (const match of text.matchAll(styledText)) {
    const [whole, code, mark = '', inner = '', emoji] = match;
    addPlain(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code !== undefined) {
      elements.push({ type: 'text', text: code, style: { ...style, code: true } });
    } else if (emoji !== undefined) {
      elements.push({ type: 'emoji', name: emoji, ...worn });
    } else {
      elements.push(...styled(inner, { ...style, [styles.get(mark) ?? 'bold']: true }, plain));
    }
  }
  addPlain(text.slice(end));
  return elements;
}
