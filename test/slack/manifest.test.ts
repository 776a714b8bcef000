import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { notFound } from '../../src/observability/http.ts';
import { defaultApp } from '../../src/sandbox/slack/options.ts';
import { isKnownMethod, scopesNeeded } from '../../src/sandbox/slack/web-api/scopes.ts';
import { globalShortcutIds, messageShortcutIds } from '../../src/slack/views/action-ids.ts';
import { botScopes, optionalBotScopes } from '../../src/slack/web-api/scopes.ts';
import { openPlaces } from './workspaces-harness.ts';

const lines = readFileSync('manifest.yml', 'utf8').split('\n');
const items = (after: string) => {
  const start = lines.findIndex((line) => line.trim() === after);
  const rest = lines.slice(start + 1);
  const indent = indentOf(lines[start] ?? '');
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= indent);
  return rest.slice(0, end === -1 ? undefined : end);
};
const listed = (after: string) =>
  items(after)
    .filter((line) => line.trim().startsWith('- '))
    .map((line) => line.trim().slice(2));

const channels = ['public', 'private'] as const;

/**
 * Which bot scopes a Web API method needs, as the local Slack enforces them, for channels that a message can mention;
 * threads are read where people of a group write to each other as well.
 */
const scopesOf = (method: string) =>
  (method === 'conversations.replies' ? ([...channels, 'mpim'] as const) : channels).flatMap((kind) =>
    scopesNeeded(method, kind),
  );

describe('the manifest', () => {
  it('is indented by two spaces and has no tabs, as YAML that people paste must be', () => {
    expect(lines.filter((line) => line.includes('\t') || indentOf(line) % 2 === 1)).toEqual([]);
  });

  it('declares the command so that mentions and links arrive as ids', () => {
    const command = items('slash_commands:').join('\n');
    expect(command).toContain('- command: /b24task');
    expect(command).toContain('should_escape: true');
  });

  it('declares the shortcuts that the app knows, and none else', () => {
    const declared = [
      ...items('shortcuts:')
        .join('\n')
        .matchAll(/type: (\w+)\n +callback_id: (\w+)/g),
    ];
    expect(declared.map(([, type, id]) => `${type} ${id}`).toSorted()).toEqual(
      [
        ...Object.values(globalShortcutIds).map((id) => `global ${id}`),
        ...Object.values(messageShortcutIds).map((id) => `message ${id}`),
      ].toSorted(),
    );
  });

  it('names the shortcuts as the README does', () => {
    const readme = readFileSync('README.md', 'utf8');
    const names = items('shortcuts:').flatMap((line) => /- name: (.*)$/.exec(line)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !readme.includes(`| _${name}_`))).toEqual([]);
  });

  it('declares the Home tab, and the tab that late replies need', () => {
    expect(items('app_home:').join('\n')).toContain('home_tab_enabled: true');
    expect(items('app_home:').join('\n')).toContain('messages_tab_enabled: true');
  });

  it('sends everything to the one address that the surface answers', () => {
    const addresses = lines.flatMap(
      (line) => /^\s*(?:request_)?(?:url|message_menu_options_url): (\S+)$/.exec(line)?.[1] ?? [],
    );
    expect(addresses).toEqual(Array(4).fill('https://b24task.example.com/slack/events'));
    expect(listed('bot_events:')).toEqual(['app_home_opened', 'app_uninstalled', 'tokens_revoked']);
  });

  it('lets Slack come back to the address that the installer asks for, and that answers', async () => {
    const { places } = await openPlaces('installable');
    const server = createServer(places.withPages(notFound));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const page = await (await fetch(`${url}/slack/install`)).text();
    const link = (/href="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
    const redirect = new URL(link).searchParams.get('redirect_uri') ?? '';
    expect(listed('redirect_urls:')).toEqual([redirect]);
    expect((await fetch(`${url}${new URL(redirect).pathname}`)).status).not.toBe(404);
    expect((await fetch(`${url}/slack/elsewhere`)).status).toBe(404);
    expect(lines.join('\n')).toContain('at /slack/install,');
  });

  it('turns on nothing that cannot be undone or does not work in a first installation', () => {
    const flags = items('settings:').flatMap((line) => /^ {2}(\w+): (true|false)$/.exec(line)?.slice(1) ?? []);
    expect(flags).toEqual([
      'org_deploy_enabled',
      'false',
      'socket_mode_enabled',
      'false',
      'token_rotation_enabled',
      'false',
    ]);
    expect(items('interactivity:')[0]?.trim()).toBe('is_enabled: true');
  });

  it('makes the Messages tab read-only, and shows the app as online', () => {
    expect(items('app_home:').join('\n')).toContain('messages_tab_read_only_enabled: true');
    expect(items('bot_user:').join('\n')).toContain('always_online: true');
  });

  it('names one example address, as often as its first lines say', () => {
    const named = lines.filter((line) => !line.startsWith('#') && line.includes('https://b24task.example.com'));
    expect(named).toHaveLength(5);
    expect(lines.join('\n')).toContain('https://b24task.example.com (five places)');
    expect(lines.filter((line) => !line.startsWith('#') && /https?:/.test(line))).toEqual(named);
  });

  it('asks for the scopes that the code needs, and gives a reason for each', () => {
    const called = globSync('src/slack/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bclient\.(\w+\.\w+)\(/g)].map((match) => match[1] ?? ''),
    );
    expect(called.length).toBeGreaterThan(5);
    const methods = called.filter((method) => !method.startsWith('disconnect'));
    expect(methods.filter((method) => !isKnownMethod(method))).toEqual([]);
    const needed = new Set(['commands', ...methods.flatMap(scopesOf)]);
    expect(new Set([...listed('bot:'), ...listed('bot_optional:')])).toEqual(needed);
    expect(botScopes).toEqual(listed('bot:'));
    expect(optionalBotScopes).toEqual(listed('bot_optional:'));
    expect(new Set(defaultApp.scopes)).toEqual(needed);
    const scopes = [...items('bot:'), ...items('bot_optional:')].filter((line) => line.trim() !== '');
    expect(scopes.filter((line, index) => line.trim().startsWith('- ') && !scopes[index - 1]?.includes('#'))).toEqual(
      [],
    );
  });

  it('keeps to the lengths that Slack allows', () => {
    const value = (name: string) =>
      lines.find((line) => line.trim().startsWith(`${name}:`))?.split(`${name}: `)[1] ?? '';
    expect(value('name').length).toBeLessThanOrEqual(35);
    expect(value('description').length).toBeLessThanOrEqual(140);
    const names = items('shortcuts:').flatMap((line) => /- name: (.*)$/.exec(line)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => name.length > 24)).toEqual([]);
  });
});

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
