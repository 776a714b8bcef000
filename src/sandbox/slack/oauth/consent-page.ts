import type { SlackState } from '../state/state.ts';

/** The consent page as plain HTML: one button per person who can install the app. */
export function renderConsentPage(state: SlackState, query: string): string {
  const people = [...state.directory.people.values()].filter((p) => !p.isBot && !p.deleted);
  const buttons = people.flatMap((person) => {
    const team = state.directory.team(person.teamId);
    const fields = { team: team.id, user: person.id };
    const forTeam = button(query, fields, `Allow in ${team.name} as ${person.realName}`);
    return team.enterprise
      ? [
          forTeam,
          button(query, { ...fields, org: '1' }, `Allow in all of ${team.enterprise.name} as ${person.realName}`),
        ]
      : [forTeam];
  });
  return page(`${state.app.name} asks for access`, [...buttons, button(query, { denied: '1' }, 'Cancel')].join('\n'));
}

/** The page in place of the consent page when the request is wrong. */
export function renderErrorPage(error: string): string {
  return page('Something went wrong', `<p>${escapeHtml(error)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body><h1>${escapeHtml(title)}</h1>${body}</body></html>`;
}

function button(query: string, fields: Record<string, string>, label: string): string {
  const hidden = Object.entries(fields).map(([k, v]) => `<input type="hidden" name="${k}" value="${escapeHtml(v)}">`);
  return `<form method="post" action="?${escapeHtml(query)}">${hidden.join('')}<button>${escapeHtml(label)}</button></form>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
