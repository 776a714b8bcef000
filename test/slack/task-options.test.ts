import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { locales } from '../../src/domain/locale.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { plain } from '../../src/locales/shown.ts';
import { suggestionOptions } from '../../src/slack/views/task-options.ts';
import { acme } from './harness.ts';

describe('the note below the suggested tasks', () => {
  it.each<[PortalFailure, string]>([
    [{ kind: 'throttled' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'portal-fault', code: 'X' }, 'acme.bitrix24.com reported a fault of its own'],
    [{ kind: 'authorisation-unavailable' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'certificate', problem: 'expired' }, 'The certificate of acme.bitrix24.com is not accepted'],
    [{ kind: 'unreadable-answer' }, 'acme.bitrix24.com answers, but not as Bitrix24'],
    [{ kind: 'intermediary-refused', status: 413 }, 'A proxy or firewall refused it before acme.bitrix24.com'],
    [{ kind: 'credential-rejected' }, 'acme.bitrix24.com no longer accepts your connection'],
    [{ kind: 'missing-scope', scopes: ['task'] }, 'Your connection may not search for tasks'],
    [{ kind: 'https-required' }, 'acme.bitrix24.com accepts https addresses only'],
    [{ kind: 'plan' }, 'The plan of acme.bitrix24.com has no REST API'],
    [{ kind: 'no-access' }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'invalid-request', code: 'X' }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'unexpected', code: 'X', status: 500 }, 'acme.bitrix24.com does not let you search'],
  ])('names the failure: %j', (trouble, heading) => {
    const answer = suggestionOptions({ groups: [], trouble, portal: acme }, {}, textsIn('en'));
    expect(answer).toMatchObject({ option_groups: [{ label: { text: heading } }] });
  });

  it.each(locales)("has a heading and a line within Slack's limits for every failure, in %s", (locale) => {
    for (const trouble of Object.values(textsIn(locale).compose.notes.troubles)) {
      const { heading, line } = trouble(plain.text('somebody.bitrix24.com'));
      expect([heading.length <= 75, line.length <= 75, heading !== '', line !== '']).toEqual([true, true, true, true]);
    }
  });
});
