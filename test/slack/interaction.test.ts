import { describe, expect, it } from 'vitest';
import { readAppRemoved, readHomeOpened } from '../../src/slack/receiving/event.ts';
import {
  readBlockAction,
  readCommand,
  readOptions,
  readShortcut,
  readSubmission,
} from '../../src/slack/receiving/interaction.ts';
import { chosenIn, isTickedIn, typedIn, writtenIn } from '../../src/slack/receiving/view.ts';

const at = Date.UTC(2026, 10, 22, 14, 3);
const base = { team: { id: 'T1', domain: 'acme' }, user: { id: 'U1' }, trigger_id: '1.2', token: 'not read' };
const actor = { person: { tenant: 'T1', user: 'U1' }, workspace: { team: 'T1' }, user: 'U1', triggerId: '1.2', at };
const place = { channel: 'C1' };
const nowhere = { channel: '' };

describe('a parsed payload of Slack', () => {
  it('is a command with its text', () => {
    const body = { command: '/b24task', team_id: 'T1', user_id: 'U1', channel_id: 'C1', trigger_id: '1.2' };
    const expected = { kind: 'command', id: '/b24task', actor: { ...actor, place } };
    expect(readCommand({ ...body, text: '51 hello' }, at)).toEqual({ ...expected, text: '51 hello' });
    expect(readCommand({ ...body, text: null }, at)).toEqual({ ...expected, text: '' });
  });

  it('is a message shortcut with the whole message, and where it is', () => {
    const message = { ts: '1.5', thread_ts: '1.1', text: 'hello', blocks: [{ type: 'rich_text' }] };
    const channel = { id: 'C1', name: 'general' };
    const body = { ...base, type: 'message_action', callback_id: 'one', message_ts: '1.5', message, channel };
    expect(readShortcut(body, at)).toEqual({
      kind: 'message-shortcut',
      id: 'one',
      actor: { ...actor, place: { channel: 'C1', threadTs: '1.1' } },
      messageTs: '1.5',
      message,
      channel,
      teamDomain: 'acme',
      threadTs: '1.1',
    });
  });

  it('is a global shortcut, which is used in no conversation', () => {
    const body = { ...base, type: 'shortcut', callback_id: 'one' };
    expect(readShortcut(body, at)).toEqual({ kind: 'global-shortcut', id: 'one', actor: { ...actor, place: nowhere } });
  });

  it('is a pressed button in a message, with what it carries', () => {
    const body = { ...base, type: 'block_actions', channel: { id: 'C1' }, actions: [{ action_id: 'one', value: 'v' }] };
    expect(readBlockAction(body, at)).toEqual({
      kind: 'block-action',
      id: 'one',
      actor: { ...actor, place },
      value: 'v',
    });
  });

  it('is a changed element with the view around it', () => {
    const view = { id: 'V1', type: 'modal', callback_id: 'form', hash: 'h', private_metadata: 'm' };
    expect(readBlockAction({ ...base, view, actions: [{ action_id: 'one' }] }, at)).toEqual({
      kind: 'block-action',
      id: 'one',
      actor: { ...actor, place: nowhere, modal: 'V1' },
      view: { id: 'V1', callbackId: 'form', hash: 'h', metadata: 'm', entered: {} },
    });
  });

  it('is a submitted view with what was entered', () => {
    const option = { text: { type: 'plain_text', text: 'Task 51' }, value: '51' };
    const values = {
      text: { field: { type: 'plain_text_input', value: 'typed' } },
      select: { field: { type: 'external_select', selected_option: option } },
      boxes: { field: { type: 'checkboxes', selected_options: [option] } },
      empty: { field: { type: 'checkboxes', selected_options: [], value: null, selected_option: null } },
    };
    const view = { id: 'V1', type: 'modal', callback_id: 'form', state: { values } };
    const submitted = readSubmission({ ...base, view }, at);
    const read = (block: string) => {
      const field = { block, element: 'field' };
      return [typedIn(submitted.view, field), chosenIn(submitted.view, field), isTickedIn(submitted.view, field)];
    };
    expect(submitted.id).toBe('form');
    expect(read('text')).toEqual(['typed', undefined, false]);
    expect(read('select')).toEqual(['', option, false]);
    expect(read('boxes')).toEqual(['', undefined, true]);
    expect(read('empty')).toEqual(['', undefined, false]);
    expect(read('not there')).toEqual(['', undefined, false]);
  });

  it('is a submitted view with rich text, or with the text of a field that an earlier release showed', () => {
    const block = { type: 'rich_text', elements: [] };
    const values = {
      rich: { field: { type: 'rich_text_input', rich_text_value: block } },
      plain: { field: { type: 'plain_text_input', value: 'typed' } },
      absent: { field: { type: 'rich_text_input' } },
      none: { field: { type: 'rich_text_input', rich_text_value: null } },
    };
    const { view } = readSubmission({ ...base, view: { id: 'V1', type: 'modal', state: { values } } }, at);
    const read = (name: string) => writtenIn(view, { block: name, element: 'field' });
    expect(['rich', 'plain', 'absent', 'none', 'not there'].map(read)).toEqual([
      block,
      'typed',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is a submitted view also where its fields are of another version', () => {
    const selected_option = { text: { type: 'mrkdwn', text: '*one*' }, value: 'one' };
    const values = { choice: { field: { type: 'radio_buttons', selected_option } } };
    const { view } = readSubmission({ ...base, view: { id: 'V1', type: 'modal', state: { values } } }, at);
    expect(chosenIn(view, { block: 'choice', element: 'field' })).toBeUndefined();
  });

  it('is a question for options, with what was typed', () => {
    const view = { id: 'V1', type: 'modal', private_metadata: 'draft' };
    const asked = readOptions({ ...base, type: 'block_suggestion', action_id: 'task', value: 'pay', view }, at);
    expect(asked).toMatchObject({ kind: 'options', id: 'task', typed: 'pay', view: { metadata: 'draft' } });
  });

  it.each([
    ['a button of a legacy message', () => readBlockAction({ ...base, actions: [{ name: 'one', value: 'v' }] }, at)],
    ['a legacy dialog', () => readBlockAction({ ...base, type: 'dialog_submission' }, at)],
  ])('names somebody who can be answered, even where it is %s', (_, read) => {
    expect(read()).toEqual({ kind: 'unsupported', actor: { ...actor, place: nowhere } });
  });

  it.each([
    ['a command', () => readCommand({ command: '/b24task', team_id: 'T1', trigger_id: '1.2' }, at)],
    ['a button', () => readBlockAction({ team: { id: 'T1' }, actions: [{ action_id: 'one' }] }, at)],
    ['a view', () => readSubmission({ ...base, user: { id: '' }, view: { id: 'V1' } }, at)],
    ['an opened tab', () => readHomeOpened({ team_id: 'T1', event: { type: 'app_home_opened' } })],
  ])('is not read where nobody is named: %s', (_, read) => {
    expect(read).toThrow('user');
  });

  describe('names the place with the app, and not that of who acts', () => {
    const theirs = { team_id: 'T9', enterprise_id: 'E9' };
    const event = { type: 'app_home_opened', user: 'W9' };

    it.each([
      ['a workspace', [{ team_id: 'T1', enterprise_id: null }], theirs, { team: 'T1' }],
      [
        'a workspace of an organisation',
        [{ team_id: 'T1', enterprise_id: 'E1' }],
        theirs,
        { team: 'T1', enterprise: 'E1' },
      ],
      ['an organisation', [{ team_id: null, enterprise_id: 'E1' }], theirs, { team: 'E1', enterprise: 'E1' }],
      [
        'an organisation of which they are',
        [{ team_id: null, enterprise_id: 'E1' }],
        { team_id: 'T2', enterprise_id: 'E1' },
        { team: 'T2', enterprise: 'E1' },
      ],
      ['nothing more', undefined, theirs, { team: 'T9', enterprise: 'E9' }],
      ['nothing that can be read', 'all', theirs, { team: 'T9', enterprise: 'E9' }],
    ])('in an opened tab, where authorizations tell of %s', (_, authorizations, named, workspace) => {
      expect(readHomeOpened({ ...named, event, authorizations })).toMatchObject({ user: 'W9', workspace });
    });

    const window = (installedIn: string) => ({
      team: { id: 'T9', domain: 'other', enterprise_id: 'E9' },
      enterprise: { id: 'E9', name: 'Other' },
      user: { id: 'W9', team_id: 'T9' },
      view: { id: 'V1', team_id: 'T9', type: 'modal', callback_id: 'form', app_installed_team_id: installedIn },
    });

    it.each([
      ['T1', { team: 'T1' }],
      ['E1', { team: 'E1', enterprise: 'E1' }],
      ['T9', { team: 'T9', enterprise: 'E9' }],
      ['E9', { team: 'T9', enterprise: 'E9' }],
      ['', { team: 'T9', enterprise: 'E9' }],
    ])('in a window of the app that is installed in %j', (installedIn, workspace) => {
      const body = { ...window(installedIn), trigger_id: '1.2' };
      expect(readSubmission(body, at).actor.workspace).toEqual(workspace);
      expect(readBlockAction({ ...body, actions: [{ action_id: 'one' }] }, at).actor.workspace).toEqual(workspace);
      expect(readOptions({ ...body, action_id: 'task' }, at).actor.workspace).toEqual(workspace);
    });

    it('in what an organisation installed for all its workspaces, where Slack names no team', () => {
      const body = { ...base, team: null, enterprise: { id: 'E1' }, user: { id: 'W9', team_id: 'T9' } };
      const { actor } = readShortcut({ ...body, type: 'shortcut', callback_id: 'one' }, at);
      expect(actor.workspace).toEqual({ team: 'E1', enterprise: 'E1' });
    });
  });

  it('is the removal of the app, or of tokens', () => {
    const body = { team_id: 'T1', event_time: 1_700_000_000 };
    const removal = { team: 'T1', at: 1_700_000_000_000 };
    expect(readAppRemoved({ ...body, event: { type: 'app_uninstalled' } })).toMatchObject({ removal, ofBot: true });
    const revoked = (tokens: object) => readAppRemoved({ ...body, event: { type: 'tokens_revoked', tokens } }).ofBot;
    expect([revoked({ bot: ['U1'] }), revoked({ oauth: ['U1'] }), revoked({ bot: [] })]).toEqual([true, false, false]);
  });
});
