import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AcceptFailure, LinkFailure, PortalFailure } from '../../src/domain/failure.ts';
import { type Locale, locales } from '../../src/domain/locale.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { plain } from '../../src/locales/shown.ts';
import { acceptedReply } from '../../src/slack/views/accept-replies.ts';
import { replyTo } from '../../src/slack/views/delivery-replies.ts';
import { describeFailure, describeLinkFailure } from '../../src/slack/views/describe-failure.ts';
import { mrkdwn } from '../../src/slack/views/mrkdwn.ts';
import { portalFailure } from '../../src/storage/codecs.ts';
import { acme, delivery, portal } from './harness.ts';

/** The sentences themselves are in `fixtures/replies/failures.json`, which a journey reads. Here is what holds for all. */
/** Whatever a failure may know; each kind takes from it what it has. */
const facts = {
  field: 'a-field',
  code: 'A_CODE',
  scopes: ['one-scope', 'two-scope'],
  resetAt: 1_795_356_180_000,
  to: 'https://new.bitrix24.com',
  status: 418,
  problem: 'untrusted',
};

/** Every kind of portal failure that can be stored, with all that it may know: a new kind is here by itself. */
const portalFailures = kindsOf(portalFailure).map((kind) => portalFailure.parse({ kind, ...facts }));

const linkFailures: { readonly [Kind in LinkFailure['kind']]: LinkFailure } = {
  'not-a-webhook-url': { kind: 'not-a-webhook-url' },
  'several-urls': { kind: 'several-urls' },
  'portal-not-allowed': { kind: 'portal-not-allowed', portal: 'https://other.bitrix24.com' },
  'portal-in-folder': { kind: 'portal-in-folder', portal: portal('https://other.bitrix24.com') },
  'link-overtaken': { kind: 'link-overtaken' },
};

const acceptFailures: { readonly [Kind in AcceptFailure['kind']]: AcceptFailure } = {
  'not-linked': { kind: 'not-linked' },
  'foreign-portal': { kind: 'foreign-portal', portal: 'https://other.bitrix24.com', linked: acme },
  'text-empty': { kind: 'text-empty' },
  'text-too-long': { kind: 'text-too-long', parts: 7, most: 5, over: 1_234 },
  'too-many-waiting': { kind: 'too-many-waiting', most: 500 },
  'other-version-accepted': { kind: 'other-version-accepted' },
  'storage-unavailable': { kind: 'storage-unavailable' },
  'storage-unconfirmed': { kind: 'storage-unconfirmed' },
};

/** The first words of a reply say whether the message went out. */
const wentOut = {
  en: {
    refused: /^\*Not sent\* to /,
    expired: /^\*Not sent\* to /,
    unknown: /^\*It is not certain\* whether /,
    waiting: /^\*Not sent yet\* to /,
    parked: /^\*Not sent yet:\* /,
    notTaken: /^\*(?:Nothing (?:more )?was sent|Not confirmed):\* /,
  },
  ru: {
    refused: /^\*Не отправлено\* в /,
    expired: /^\*Не отправлено\* в /,
    unknown: /^\*Неизвестно\*, /,
    waiting: /^\*Пока не отправлено\* в /,
    parked: /^\*Пока не отправлено:\* /,
    notTaken: /^\*(?:(?:Больше н|Н)ичего не отправлено|Не подтверждено):\* /,
  },
};

/** All replies that name the reason why a message has not arrived, or perhaps not. */
function repliesAbout(failure: PortalFailure, texts: ReturnType<typeof textsIn>) {
  const waits = delivery({ waitingFor: failure });
  const ended = (kind: 'refused' | 'expired' | 'unknown') =>
    ({ kind: 'final', delivery: delivery({ state: kind, outcome: { kind, failure } }), losses: [] }) as const;
  return {
    refused: replyTo(ended('refused'), texts).text,
    expired: replyTo(ended('expired'), texts).text,
    unknown: replyTo(ended('unknown'), texts).text,
    waiting: replyTo({ kind: 'waiting', delivery: waits, losses: [] }, texts).text,
    parked: replyTo({ kind: 'parked', delivery: { ...waits, parked: true }, losses: [] }, texts).text,
  };
}

describe.each(locales)('the words for failures in %s', (locale) => {
  const texts = textsIn(locale);
  const about = { portal: acme, task: 51 };

  it.each(portalFailures)('say of $kind whether the message went out, where, why, and one next step', (failure) => {
    const { happened, step, small } = describeFailure(failure, about, texts);
    const replies = repliesAbout(failure, texts);
    for (const kind of ['refused', 'expired', 'unknown', 'waiting', 'parked'] as const) {
      const text = replies[kind];
      expect(text).toMatch(wentOut[locale][kind]);
      expect(text).toContain(locale === 'en' ? '|task 51>' : '|задачу 51>');
      expect(text.split(happened)).toHaveLength(2);
      expectClean(text, failure.kind, locale);
    }
    expect(stepsIn(replies.refused, step)).toBe(1);
    expect(stepsIn(replies.parked, step)).toBe(1);
    const endOf = (sentence: string) => [sentence, ...small].join(' ');
    expect(replies.refused.endsWith(endOf(step))).toBe(true);
    expect([replies.expired, replies.unknown, replies.waiting].map((text) => stepsIn(text, step))).toEqual([0, 0, 0]);
    expect(replies.expired.endsWith(endOf(texts.replies.sendAgainLater))).toBe(true);
    expect(replies.unknown.endsWith(endOf(texts.replies.lookFirst))).toBe(true);
  });

  it.each(portalFailures)('leave out nothing that is known of $kind', (failure) => {
    const { happened, step, small } = describeFailure(failure, about, texts);
    expect(leftOut(failure, [happened, step, ...small].join(' '))).toEqual([]);
    expect(happened).toMatch(failure.kind === 'missing-scope' ? /one-scope/ : /acme\.bitrix24\.com/);
  });

  it('tell every reason from every other, and all of them are whole sentences', () => {
    const said = portalFailures.map((failure) => describeFailure(failure, about, texts));
    expect(new Set(said.map(({ happened }) => happened)).size).toBe(portalFailures.length);
    for (const text of said.flatMap(({ happened, step }) => [happened, step])) {
      expect(text).toMatch(/^[\p{Lu}\d\S].*\.$/u);
    }
  });

  it.each([...portalFailures, ...Object.values(linkFailures)])(
    'say at the field of a webhook what is wrong with it and what to do: $kind',
    (failure) => {
      const text = describeLinkFailure(failure, acme, texts, plain);
      expect(text).toMatch(/(?:acme|other)\.bitrix24\.(?:com|ru)|webhook|вебхук/);
      expect(text).toMatch(/[^.]\. \p{Lu}.*\.$/u);
      expect(text).not.toMatch(/[<>*`]/);
      expectClean(text, failure.kind, locale);
    },
  );

  it('tell what is wrong with a certificate', () => {
    const said = (['expired', 'other-host', 'untrusted'] as const).map(
      (problem) => describeFailure({ kind: 'certificate', problem }, about, texts).happened,
    );
    expect(new Set(said).size).toBe(3);
    for (const text of said) {
      expect(text).toMatch(/^(?:The certificate of|Сертификат) acme\.bitrix24\.com \S.*\.$/);
      expectClean(text, 'certificate', locale);
    }
  });

  it('tell every mistake in a webhook from every other', () => {
    const failures = [...portalFailures, ...Object.values(linkFailures)];
    const said = failures.map((failure) => describeLinkFailure(failure, acme, texts, plain));
    expect(new Set(said).size).toBe(failures.length);
  });

  it.each(Object.values(acceptFailures))('say at once that nothing was sent, why, and what to do: $kind', (failure) => {
    const text = acceptedReply({ kind: 'failed', failure }, texts)?.text ?? '';
    expect(text).toMatch(wentOut[locale].notTaken);
    expect(text).toMatch(/[^.]\.\n\p{Lu}.*\.$/u);
    expect(leftOut(failure, text)).toEqual([]);
    expectClean(text, failure.kind, locale);
  });

  it('tell every reason why nothing was taken from every other', () => {
    const said = Object.values(acceptFailures).map(
      (failure) => acceptedReply({ kind: 'failed', failure }, texts)?.text,
    );
    expect(new Set(said).size).toBe(said.length);
  });

  it('show no code where the portal named none', () => {
    const { refused } = repliesAbout({ kind: 'unexpected', code: 'none', status: 400 }, texts);
    expectClean(refused, 'unexpected', locale);
    expect(refused).not.toContain('none');
  });

  it('show what a portal wrote as text, so that nobody is called by it', () => {
    const failure = { kind: 'unexpected', code: '<!channel> & <https://evil.example|click>', status: 400 } as const;
    const { refused } = repliesAbout(failure, texts);
    expect(refused).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;');
    expect(refused).not.toContain('<!channel>');
  });

  it('never show more of a webhook URL than its host', () => {
    const urls = [
      'https://acme.bitrix24.com/rest/1/planted-secret/',
      '<https://x/rest/1/planted-secret/>',
      'planted-secret',
    ];
    const said = urls.flatMap((url) =>
      [plain, mrkdwn].map((place) => describeLinkFailure({ kind: 'unreachable' }, url, texts, place)),
    );
    expect(said.join()).not.toContain('planted-secret');
    expect(said.join()).toContain('acme.bitrix24.com');
  });
});

/** The kinds that a schema of failures takes. */
function kindsOf(schema: z.ZodType): readonly string[] {
  const option = z.object({
    properties: z.object({ kind: z.object({ const: z.string().optional(), enum: z.array(z.string()).optional() }) }),
  });
  const described = z.toJSONSchema(schema, { unrepresentable: 'any' });
  return (described.anyOf ?? described.oneOf ?? []).flatMap((one) => {
    const { kind } = option.parse(one).properties;
    return kind.enum ?? kind.const ?? [];
  });
}

/** Nothing in it was meant for programs, nothing is missing in it, and all of it is in one language. */
function expectClean(raw: string, kind: string, locale: Locale): void {
  const text = raw.replaceAll(/<!date\^[^>]*>/g, 'TIME');
  expect(text).not.toMatch(/undefined|null|NaN|\[object|\$\{|\{\w*\}|\(\s*\)|\(none\)| {2}|\.\.| [.,;:]/);
  expect(kind.includes('-') && text.includes(kind)).toBe(false);
  const sentences = text.split(/(?<=[^.\d]\.)\s/);
  expect(sentences.filter((sentence) => /[а-яё]/i.test(sentence) !== (locale === 'ru'))).toEqual([]);
}

function stepsIn(text: string, step: string): number {
  return text.split(step).length - 1;
}

/**
 * What a failure knows and a text does not show: the host of an address, the seconds of a moment, the rest as it is. The
 * problem of a certificate is told in words.
 */
function leftOut({ kind: _, ...known }: { readonly kind: string }, text: string): readonly string[] {
  const shown = Object.values<unknown>(known)
    .flat()
    .filter((fact) => fact !== facts.problem)
    .map((fact) =>
      fact === facts.resetAt ? `<!date^${facts.resetAt / 1_000}^` : String(fact).replace('https://', ''),
    );
  return shown.filter((fact) => !text.includes(fact));
}
