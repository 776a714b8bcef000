import { type ChatView, chatViews } from '../bitrix24/chat/render-chat.ts';
import { type WebBuild, webBuilds } from '../bitrix24/chat/web-client.ts';

/** What `:chat` is asked to show. */
export type ChatRequest = {
  readonly task: number;
  readonly view: ChatView;
  readonly build: WebBuild;
};

/** Reads `web 51`, `51`, `web 51 markdown`: where somebody reads, the task, and what the web client can do. */
export function readChatRequest(text: string): ChatRequest {
  const words = text.split(/\s+/);
  return {
    task: Number(words.find((word) => /^\d+$/.test(word))),
    view: chatViews.find((view) => words.includes(view)) ?? 'web',
    build: builds[words.find((word) => Object.hasOwn(builds, word)) ?? ''] ?? webBuilds[0] ?? 'im 26.800',
  };
}

const builds: Readonly<Record<string, WebBuild>> = { nested: 'im 26.900', markdown: 'im 26.900 with Markdown' };
