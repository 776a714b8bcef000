import { objectAt, textAt } from '../../src/sandbox/slack/json.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { blocksHtml } from './block-html.ts';
import { escapeHtml, mrkdwnHtml, type NameOf } from './text-html.ts';

/** A message of the app as it stands in a channel. */
export function messagePage({ blocks, text, ephemeralTo }: SeenMessage, nameOf: NameOf): string {
  const body = blocks.length > 0 ? blocksHtml(blocks, { nameOf }) : `<p>${mrkdwnHtml(text, nameOf)}</p>`;
  const only = ephemeralTo === null ? '' : '<p class="only">Only visible to you</p>';
  return page(`<div class="message">${only}<div class="row"><div class="avatar">b24</div>
    <div class="body"><p class="who"><b>b24task</b> <span class="app">APP</span> <span class="time">14:03</span></p>${body}</div></div></div>`);
}

/** A window. */
export function modalPage(view: OpenView, nameOf: NameOf): string {
  const { content, values, errors } = view;
  const button = (name: string) => textAt(objectAt(content, name), 'text');
  const submit =
    content['submit'] === undefined ? '' : `<button class="primary">${escapeHtml(button('submit'))}</button>`;
  return page(`<div class="modal"><h1>${escapeHtml(textAt(objectAt(content, 'title'), 'text'))}</h1>
    ${blocksHtml(view.blocks, { nameOf, values, errors })}
    <p class="foot"><button>${escapeHtml(button('close') || 'Close')}</button> ${submit}</p></div>`);
}

/** The Home tab. */
export function homePage(view: OpenView, nameOf: NameOf): string {
  return page(`<div class="home">${blocksHtml(view.blocks, { nameOf, values: view.values })}</div>`);
}

/** The chat of a task as it is read in Bitrix24. */
export function chatPage(
  title: string,
  messages: readonly { readonly author: string; readonly html: string }[],
): string {
  const rows = messages.map(
    ({ author, html }) => `<div class="bubble"><p class="author">${escapeHtml(author)}</p>${html}</div>`,
  );
  return page(`<div class="chat"><h1>${escapeHtml(title)}</h1>${rows.join('')}</div>`);
}

function page(inner: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${style}</style></head><body>${inner}</body></html>`;
}

/** Near to Slack's own look, as far as it matters for judging a text: widths, sizes, what is bold and what is quiet. */
const style = `
* { box-sizing: border-box; }
body { margin: 0; padding: 20px; background: #fff; color: #1d1c1d; font: 15px/1.46 system-ui, "DejaVu Sans", sans-serif; display: inline-block; }
p { margin: 0; } hr { border: 0; border-top: 1px solid #ddd; } a { color: #1264a3; text-decoration: none; }
code { color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; font: 12px ui-monospace, "DejaVu Sans Mono", monospace; }
pre { margin: 4px 0; padding: 8px; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
blockquote { margin: 0; padding-left: 12px; border-left: 4px solid #ddd; } ul, ol { margin: 0; padding-left: 26px; }
.message { width: 620px; } .only { margin: 0 0 4px 44px; color: #616061; font-size: 12px; }
.row { display: flex; gap: 8px; } .avatar { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #0b4f8a; color: #fff; font: 700 12px/36px system-ui, sans-serif; text-align: center; }
.body { flex: 1; min-width: 0; overflow-wrap: anywhere; } .app { padding: 1px 3px; border-radius: 2px; background: #e8e8e8; color: #616061; font-size: 10px; font-weight: 700; } .time { color: #616061; font-size: 12px; }
.block { margin: 6px 0; } .section { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; } .section > div { min-width: 0; overflow-wrap: anywhere; }
h2 { margin: 10px 0 4px; font-size: 18px; line-height: 1.33; } .context { color: #616061; font-size: 13px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
button { flex: none; max-width: 280px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 5px 12px; border: 1px solid #bbb; border-radius: 4px; background: #fff; color: #1d1c1d; font: 700 13px/1.4 system-ui, "DejaVu Sans", sans-serif; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; } button.danger { border-color: #e01e5a; color: #e01e5a; }
.modal { width: 520px; padding: 4px 24px 20px; border: 1px solid #ddd; border-radius: 8px; box-shadow: 0 4px 16px #0002; overflow-wrap: anywhere; } .modal h1 { margin: 16px 0; font-size: 22px; }
.label { margin-top: 12px; font-weight: 700; } .optional { color: #616061; font-weight: 400; } .hint { color: #616061; font-size: 13px; } .error { color: #e01e5a; font-size: 13px; }
.field { margin: 4px 0; padding: 8px 12px; border: 1px solid #888; border-radius: 4px; min-height: 40px; } .field.tall { min-height: 92px; } .field.select::after { content: "⌄"; float: right; color: #616061; } .placeholder { color: #767676; } .toolbar { margin: 4px 0 -5px; padding: 4px 12px; border: 1px solid #888; border-bottom: 0; border-radius: 4px 4px 0 0; color: #767676; word-spacing: 10px; }
.choice { display: flex; gap: 8px; } .foot { margin-top: 16px; text-align: right; }
.alert { padding: 8px 12px; border-radius: 6px; border: 1px solid #ddd; background: #f8f8f8; } .alert.warning { background: #fff6e0; border-color: #ecb22e; } .alert.error { background: #fdeef2; border-color: #e01e5a; }
.mention { color: #1264a3; background: #e8f5fa; border-radius: 3px; padding: 0 2px; }
.home { width: 640px; overflow-wrap: anywhere; }
.chat { width: 520px; padding: 4px 16px 16px; background: #d5e8f5; border-radius: 8px; } .chat h1 { font-size: 16px; } .bubble { margin: 8px 0; padding: 8px 12px; border-radius: 10px; background: #fff; overflow-wrap: anywhere; } .author { color: #0b66c3; font-weight: 600; font-size: 13px; }
`;
