import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { suggestionOptions } from '../../src/slack/views/task-options.ts';
import { acme } from './stage.ts';

describe('the note below the suggested tasks', () => {
  it.each<[PortalFailure, string]>([
    [{ kind: 'throttled' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'portal-fault', code: 'X' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'authorisation-unavailable' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'certificate', problem: 'expired' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'unreadable-answer' }, 'acme.bitrix24.com does not answer right now'],
    [{ kind: 'intermediary-refused', status: 413 }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'credential-rejected' }, 'acme.bitrix24.com no longer accepts your link'],
    [{ kind: 'missing-scope', scopes: ['task'] }, 'acme.bitrix24.com no longer accepts your link'],
    [{ kind: 'https-required' }, 'acme.bitrix24.com no longer accepts your link'],
    [{ kind: 'plan' }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'no-access' }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'invalid-request', code: 'X' }, 'acme.bitrix24.com does not let you search'],
    [{ kind: 'unexpected', code: 'X', status: 500 }, 'acme.bitrix24.com does not let you search'],
  ])('says what is the matter: %j', (trouble, heading) => {
    const answer = suggestionOptions({ groups: [], trouble, portal: acme }, {}, textsIn('en'));
    expect(answer).toMatchObject({ option_groups: [{ label: { text: heading } }] });
  });
});
