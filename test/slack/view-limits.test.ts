import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/delivery/diagnose.ts';
import { excerptOf } from '../../src/delivery/wording.ts';
import type { Loss } from '../../src/domain/document.ts';
import { textsIn } from '../../src/locales/locale.ts';
import {
  findMessageProblems,
  findViewProblems,
  maxViewBytes,
} from '../../src/sandbox/slack/block-kit/check-surfaces.ts';
import { findSuggestionProblems } from '../../src/sandbox/slack/block-kit/check-text.ts';
import { isObject, type JsonObject, objectAt, objectsAt, parseJson, textAt } from '../../src/sandbox/slack/json.ts';
import { fieldValue } from '../../src/slack/composing/written-text.ts';
import { acceptedReply } from '../../src/slack/views/accept-replies.ts';
import { type ButtonAction, parseAction } from '../../src/slack/views/action-ids.ts';
import { composeNotice, composeView, textPageView } from '../../src/slack/views/compose-view.ts';
import { doctorMessage } from '../../src/slack/views/doctor-message.ts';
import { homeView } from '../../src/slack/views/home-view.ts';
import { linkView } from '../../src/slack/views/link-view.ts';
import { statusMessage } from '../../src/slack/views/status-message.ts';
import { taskCardMessage } from '../../src/slack/views/task-card.ts';
import { suggestionOptions, taskOption } from '../../src/slack/views/task-options.ts';
import type { Suggestions } from '../../src/tasks/suggest-task.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { document as anyDocument, names as anyNames, noNames } from '../translation/arbitraries.ts';
import { acme, delivery, identity, portal, task } from './harness.ts';

const locales = ['en', 'ru'] as const;
/** About the longest texts that a field is given. */
const longest = ['я'.repeat(29_900), 'x'.repeat(179_900), 'a *b* '.repeat(1_500)].map(readMrkdwn);
const anyText = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const anyLoss: fc.Arbitrary<Loss> = fc.oneof(
  fc.record({ kind: fc.constant('files' as const), names: fc.array(anyText(400), { maxLength: 30 }) }),
  fc.record({ kind: fc.constant('links' as const), addresses: fc.array(anyText(4_000), { maxLength: 8 }) }),
  fc.record({ kind: fc.constant('custom-emoji' as const), names: fc.array(anyText(200), { maxLength: 30 }) }),
  fc.record({ kind: fc.constant('unsupported' as const), types: fc.array(anyText(50), { maxLength: 30 }) }),
  fc.constant({ kind: 'cut' as const }),
);
const anyPreview = fc.record(
  {
    document: fc.oneof(
      anyDocument,
      fc.integer({ min: 2_800, max: 45_000 }).map((length) => readMrkdwn('😀я'.repeat(length / 2))),
      fc.constant(readMrkdwn(`<https://example.com/${'x'.repeat(3_900)}|x>`.repeat(600))),
    ),
    names: anyNames,
    parts: fc.integer({ min: 1, max: 9 }),
    maxParts: fc.constant(5),
    losses: fc.array(anyLoss, { maxLength: 5 }),
  },
  { requiredKeys: ['document', 'names', 'parts', 'losses'] },
);
const anyNotice = fc.record({
  level: fc.constantFrom('success' as const, 'warning' as const),
  text: fc.oneof(anyText(5_000), fc.constant('A sentence of some length. '.repeat(30))).filter((text) => text !== ''),
});
const anyTask = fc.record(
  {
    task: fc.integer({ min: 1, max: 999_999_999_999_999 }).map(task),
    title: anyText(500),
    status: fc.constantFrom(
      'pending' as const,
      'in-progress' as const,
      'awaiting-control' as const,
      'unknown' as const,
    ),
    group: anyText(300),
  },
  { requiredKeys: ['task'] },
);

const anyThread = fc.record(
  {
    posts: fc.nat(1_000),
    chosen: fc.boolean(),
    state: fc.oneof(
      fc.record({
        kind: fc.constantFrom(
          'reading',
          'direct',
          'outside',
          'no-scope',
          'limited',
          'too-many',
          'refused',
          'no-answer',
        ),
      }),
      fc.record({ kind: fc.constant('later' as const), afterMs: fc.nat(3_600_000) }),
    ),
    place: fc.constantFrom(undefined, 'privateChannel', 'directMessage', 'groupMessage'),
  },
  { requiredKeys: ['chosen', 'place'] },
);

/** As Slack gets it: what is undefined is not there. */
function sent(value: unknown): JsonObject {
  const json = parseJson(JSON.stringify(value));
  if (!isObject(json)) {
    throw new Error('not an object');
  }
  return json;
}

describe.each(locales)('every view in %s, whatever it shows,', (locale) => {
  const texts = textsIn(locale);

  it('is within the limits of Slack: the form', () => {
    const shown = fc.record({
      metadata: fc.constant(`${'0'.repeat(36)} again`),
      account: fc.record({ portal: fc.constant(acme), userId: fc.constant('7'), name: anyText(300) }),
      preview: fc.option(anyPreview, { nil: undefined }),
      linkable: fc.boolean(),
      thread: fc.option(anyThread, { nil: undefined }),
      chosen: fc.option(
        anyTask.map((one) => taskOption(one, texts)),
        { nil: undefined },
      ),
      comment: fc.oneof(anyDocument, anyText(3_000).map(readMrkdwn), fc.constantFrom(...longest)).map(fieldValue),
      withLink: fc.boolean(),
      announce: fc.record({ as: fc.constantFrom('reaction' as const, 'reply' as const), chosen: fc.boolean() }),
      notice: fc.option(anyNotice, { nil: undefined }),
    });
    fc.assert(
      fc.property(shown, (given) => {
        const view = sent(composeView(given, texts));
        expect(findViewProblems(view)).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(maxViewBytes);
      }),
      { numRuns: 300 },
    );
  });

  it('is within the limits of Slack: what comes before and after the form', () => {
    const { compose } = texts;
    const views = [
      composeNotice(texts, [compose.loading]),
      composeNotice(texts, [compose.sending]),
      composeNotice(texts, [compose.accepted]),
      { ...linkView(texts, { problem: compose.linkFirst, offersConnect: true }), private_metadata: '0'.repeat(36) },
    ];
    expect(views.flatMap((view) => findViewProblems(sent(view)))).toEqual([]);
  });

  it('is within the limits of Slack: suggestions, with any trouble', () => {
    const kinds = ['thread', 'channel', 'recent', 'found', 'unchecked'] as const;
    const troubles: Suggestions['trouble'][] = [
      undefined,
      { kind: 'not-linked' },
      { kind: 'foreign-portal', portal: acme, linked: acme },
      { kind: 'no-access' },
      { kind: 'credential-rejected' },
      { kind: 'no-answer' },
      { kind: 'plan' },
      { kind: 'unexpected', code: 'X', status: 400 },
    ];
    const suggestions = fc.record({
      groups: fc.array(
        fc.record({
          kind: fc.constantFrom(...kinds),
          tasks: fc.uniqueArray(anyTask, { minLength: 1, maxLength: 20, selector: (one) => one.task }),
        }),
        { maxLength: 5 },
      ),
      trouble: fc.constantFrom(...troubles),
      portal: fc.constant(acme),
    });
    fc.assert(
      fc.property(suggestions, fc.option(fc.constant(task(51)), { nil: undefined }), ({ trouble, ...given }, asked) => {
        const answer = suggestionOptions(
          { ...given, ...(trouble ? { trouble } : {}) },
          asked === undefined ? {} : { task: asked },
          texts,
        );
        expect(findSuggestionProblems(sent(answer))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('says on top what the beginning of a long message does not show, and who it is from below the task', () => {
    const shown = { metadata: 'draft', account: identity().account, linkable: false, chosen: undefined };
    const given = {
      ...shown,
      comment: undefined,
      withLink: true,
      announce: { as: 'reaction', chosen: false },
      notice: { level: 'info', text: 'Look' },
    } as const;
    const long = { document: readMrkdwn('x'.repeat(40_000)), names: noNames, parts: 3, losses: [] };
    const typesOf = (preview: typeof long & { maxParts?: number }) =>
      composeView({ ...given, preview }, texts).blocks.map(({ type }) => type);
    expect(typesOf(long)).toEqual(['alert', 'input', 'context', 'input', 'context', 'section', 'rich_text']);
    expect(typesOf({ ...long, maxParts: 5 })).toEqual(['alert', 'rich_text']);
    const view = composeView({ ...given, preview: long }, texts);
    expect(JSON.stringify(view.blocks.at(-1))).toContain(`"${'x'.repeat(600)}…"`);
    expect(JSON.stringify(view.blocks.at(-3))).toMatch(/39.?400/);
    const tooLong = composeView({ ...given, preview: { ...long, maxParts: 5 } }, texts);
    expect(tooLong.submit).toBeUndefined();
    expect(findViewProblems(sent(tooLong))).toEqual([]);
  });

  it.each([
    ['ASCII', 'word by word\n'],
    ['Cyrillic', 'слово за словом '],
    ['what has no gap', '😀я'],
    ['what JSON escapes', '"\\\u0007'],
  ])('gives back all of a text that is too long to be sent, page by page: %s', (_, piece) => {
    const text = piece.repeat(Math.ceil(210_000 / piece.length)).trimEnd();
    const shown: string[] = [];
    let next: ButtonAction | undefined = { kind: 'show-text', draft: 'draft-1', page: 1 };
    while (next?.kind === 'show-text') {
      const view = sent(textPageView({ draft: next.draft, text }, next.page, texts));
      expect(findViewProblems(view)).toEqual([]);
      const blocks = objectsAt(view, 'blocks');
      const sections = blocks.filter((block) => block['type'] === 'section');
      shown.push(...sections.map((block) => textAt(objectAt(block, 'text'), 'text') ?? ''));
      const buttons = blocks
        .filter((block) => block['type'] === 'actions')
        .flatMap((block) => objectsAt(block, 'elements'));
      const to = (label: string) => buttons.find((each) => textAt(objectAt(each, 'text'), 'text') === label);
      expect(to(texts.buttons.earlierPart) !== undefined).toBe(next.page > 1);
      const forth = to(texts.buttons.nextPart);
      next = forth && parseAction(textAt(forth, 'action_id'), textAt(forth, 'value'));
    }
    expect(shown.join('')).toBe(text);
  });

  it('is usable without seeing it: every field has a label, and says more in a hint, a placeholder or a description', () => {
    const view = composeView(
      {
        metadata: 'draft',
        account: { portal: acme, userId: '7', name: 'Anna' },
        preview: { document: readMrkdwn('x'), names: noNames, parts: 1, losses: [] },
        linkable: true,
        chosen: undefined,
        comment: undefined,
        withLink: true,
        announce: { as: 'reaction', chosen: false },
        notice: undefined,
      },
      texts,
    );
    const inputs = objectsAt(sent(view), 'blocks').filter((block) => block['type'] === 'input');
    expect(inputs).toHaveLength(4);
    for (const input of inputs) {
      const label = textAt(objectAt(input, 'label'), 'text');
      const [option] = objectsAt(objectAt(input, 'element'), 'options');
      const element = objectAt(input, 'element');
      const more = [objectAt(input, 'hint'), objectAt(element, 'placeholder'), objectAt(option ?? {}, 'description')]
        .map((about) => textAt(about, 'text'))
        .join('');
      expect([label, more].filter((text) => /\p{L}{3}/u.test(text))).toHaveLength(2);
      expect(more).not.toBe(label);
    }
    expect(view.blocks.filter((block) => JSON.stringify(block).includes('"focus_on_load":true'))).toHaveLength(1);
    expect(JSON.stringify(view)).not.toMatch(/"type":"image"/);
    expect(JSON.stringify(texts.compose)).not.toMatch(/\p{Extended_Pictographic}/u);
  });
});

describe.each(locales)('whatever waits, in %s,', (locale) => {
  const texts = textsIn(locale);
  const names = ['Anna', 'א'.repeat(80), 'م'.repeat(80), '😀'.repeat(40), '<!channel>'.repeat(8)];
  const open = Array.from({ length: 150 }, (_, index) =>
    delivery({ id: `open-${index}`, parked: index % 2 === 0, waitingFor: { kind: 'credential-rejected' } }),
  );
  const ended = Array.from({ length: 10 }, (_, index) =>
    delivery({ id: `ended-${index}`, state: 'unknown', outcome: { kind: 'unknown' } }),
  );
  const about = (excerpt: string, title: string) =>
    new Map([...open, ...ended].map(({ id }) => [id, { excerpt: excerptOf(excerpt), title }]));

  it.each(names)('is within the limits of Slack in the status and on Home, for somebody called %s', (name) => {
    const who = identity({ name });
    fc.assert(
      fc.property(anyText(40_000), anyText(500), (text, title) => {
        const abouts = about(text, title);
        expect(findMessageProblems(sent(statusMessage(who, open, abouts, texts)))).toEqual([]);
        for (const shown of [who, undefined]) {
          const home = homeView({ identity: shown, open, ended, defaults: [], abouts }, texts);
          expect(findViewProblems(sent(home))).toEqual([]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it.each(names)('is within the limits of Slack in the answers of doctor and about a task, for %s', (name) => {
    const who = identity({ name });
    const slack = { kind: 'accepted', missing: ['chat:write'], without: ['files:read'] } as const;
    const failure = { kind: 'moved', to: portal('https://moved.example') } as const;
    const found: readonly Finding[] = [
      { kind: 'storage', reachable: false },
      { kind: 'link', account: who.account },
      { kind: 'portal', failure },
      { kind: 'credential', failure },
      { kind: 'task-chat', failure },
      { kind: 'key' },
      { kind: 'pacing', left: 1, burst: 50, perSecond: 2 },
      { kind: 'parked', parked: 150, released: 0 },
      { kind: 'unchecked', what: ['link', 'portal', 'credential', 'scopes', 'task-chat', 'key', 'pacing'] },
    ];
    expect(findMessageProblems(sent(doctorMessage(slack, { identity: who, findings: found }, texts)))).toEqual([]);
    const given = {
      task: task(51),
      title: name.repeat(10),
      status: 'pending',
      responsible: name,
      group: name.repeat(5),
      deadline: 0,
    } as const;
    const card = { kind: 'shown', card: given, account: who.account } as const;
    expect(findMessageProblems(sent(taskCardMessage(card, 51, texts)))).toEqual([]);
  });

  it('is within the limits of Slack where an answer gives back what was typed', () => {
    for (const typed of ['x'.repeat(40_000), '😀я'.repeat(20_000), '\n'.repeat(5_000)]) {
      const answer = acceptedReply({ kind: 'failed', failure: { kind: 'storage-unavailable' } }, texts, {
        excerpt: excerptOf(typed),
        typed: readMrkdwn(typed),
      });
      expect(findMessageProblems(sent(answer))).toEqual([]);
      const shown = answer?.blocks.flatMap((block) =>
        block.type === 'section' && block.text?.type === 'plain_text' ? [block.text.text] : [],
      );
      expect(shown?.join('')).toBe(typed.trim() === '' ? '' : typed);
    }
  });
});
