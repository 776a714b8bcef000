import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PortalOrigin, portalOriginOf } from '../../src/domain/portal.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { findMessageProblems, findViewProblems } from '../../src/sandbox/slack/block-kit/check-surfaces.ts';
import { isObject, type JsonObject, parseJson } from '../../src/sandbox/slack/json.ts';
import {
  authorizationView,
  confirmMessage,
  confirmView,
  endView,
  portalView,
} from '../../src/slack/views/connect-view.ts';
import { linkView } from '../../src/slack/views/link-view.ts';
import { acme, portal } from './harness.ts';

const grant = 'A'.repeat(120);
const window = '1b0d7c8e-2f6e-4a55-9d0e-6f3a5a1c2b3d';
const address = `https://bridge.example/bitrix24/connect?link=${'A'.repeat(200)}`;

/** As Slack gets it. */
function sent(value: unknown): JsonObject {
  const json = parseJson(JSON.stringify(value));
  if (!isObject(json)) {
    throw new Error('not an object');
  }
  return json;
}

describe.each(['en', 'ru'] as const)('the windows of connecting in %s', (locale) => {
  const texts = textsIn(locale);

  it('keep within what Slack allows, whoever the portal says that the person is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4_000 }), (name) => {
        const account = { portal: acme, userId: '7', name };
        expect(findViewProblems(sent(confirmView(grant, account, texts)))).toEqual([]);
        expect(findMessageProblems(sent(confirmMessage(grant, account, texts)))).toEqual([]);
      }),
    );
  });

  it('keep within what Slack allows, whichever portals there are', () => {
    const long = portal(`https://${'a'.repeat(60)}.${'b'.repeat(60)}.example`);
    const longer = portal(`https://${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`);
    const many = Array.from({ length: 101 }, (_, index) => portal(`https://portal-${index}.example`));
    for (const portals of [undefined, [acme, long], [acme, longer], many]) {
      expect(findViewProblems(sent(portalView(texts, portals)))).toEqual([]);
    }
    expect(findViewProblems(sent(authorizationView({ portal: longer, address, window }, texts)))).toEqual([]);
    expect(findViewProblems(sent(endView(texts, [texts.connect.gone])))).toEqual([]);
  });

  it('let nobody slip a mention into the question by their name', () => {
    const account = { portal: acme, userId: '7', name: '<!channel> & *bold* <https://evil.example|acme>' };
    const shown = JSON.stringify([confirmView(grant, account, texts), confirmMessage(grant, account, texts)]);
    expect(shown).not.toContain('<!channel>');
    expect(shown).not.toContain('<https://evil.example');
    expect(shown).toContain('&lt;!channel&gt; &amp; ');
  });
});

describe.each(['en', 'ru'] as const)('the window that asks for a webhook in %s', (locale) => {
  const other = portalOriginOf('https://other.bitrix24.com');
  const words = (portals: readonly PortalOrigin[] | undefined) =>
    JSON.stringify(linkView(textsIn(locale), { portals }));

  it('leads to the page of webhooks where only one portal may be connected', () => {
    expect(words([acme])).toContain(`${acme}/devops/section/standard/`);
    expect(findViewProblems(sent(linkView(textsIn(locale), { portals: [acme] })))).toEqual([]);
  });

  it('does not guess which one where there are several, or any', () => {
    expect(words(other ? [acme, other] : [])).not.toContain('/devops/');
    expect(words(undefined)).not.toContain('/devops/');
  });
});
