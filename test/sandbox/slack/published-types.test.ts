import type {
  BlockAction,
  BlockSuggestion,
  EnvelopedEvent,
  GlobalShortcut,
  MessageShortcut,
  SlashCommand,
  ViewClosedAction,
  ViewSubmitAction,
  webApi,
} from '@slack/bolt';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  closedPayload,
  commandPayload,
  eventPayload,
  globalShortcutPayload,
  messageActionPayload,
  messageActionsPayload,
  submissionPayload,
  suggestionPayload,
  viewActionPayload,
} from '../../../src/sandbox/slack/interactions/payloads.ts';
import type { OAuth } from '../../../src/sandbox/slack/oauth/oauth.ts';
import type { Methods } from '../../../src/sandbox/slack/web-api/methods.ts';

/** What the app gave (blocks, titles, a message) comes back as plain JSON: it has no fields of its own to compare. */
type IsGiven<T> = T extends readonly (infer Item)[] ? IsGiven<Item> : string extends keyof T ? true : false;

/**
 * The fields that the local Slack itself writes. Slack writes null where the published types leave a field out, so null is
 * taken away.
 */
type Own<T> = T extends readonly (infer Item)[]
  ? Own<Item>[]
  : T extends object
    ? { [K in keyof T as true extends IsGiven<NonNullable<T[K]>> ? never : K]: Own<NonNullable<T[K]>> }
    : T;

/** The names that a published type has beside "any other". */
type Named<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] };

/** The names of fields of ours, at any depth, that the published type does not have. */
type Unpublished<Ours, Theirs> = Ours extends readonly (infer Item)[]
  ? Theirs extends readonly (infer Other)[]
    ? Unpublished<Item, Other>
    : never
  : Ours extends object
    ? [Named<Theirs>] extends [never]
      ? never
      : {
          [K in keyof Ours]-?: K extends Named<Theirs>
            ? Unpublished<NonNullable<Ours[K]>, NonNullable<Theirs[K & keyof Theirs]>>
            : K;
        }[keyof Ours]
    : never;

/** Our success, without the mark of success that the clients' types have as a plain boolean. */
type Answer<Method extends keyof Methods> = Own<Extract<ReturnType<Methods[Method]>, { ok: true }>>;

/** A published type without what the app gave. */
type Published<Theirs, Given extends string = never> = Omit<Theirs, Given>;

describe('answers of the Web API, against the types of @slack/web-api', () => {
  it('have the published fields and no other', () => {
    expectTypeOf<Answer<'apps.connections.open'>>().toExtend<webApi.AppsConnectionsOpenResponse>();
    expectTypeOf<Unpublished<Answer<'apps.connections.open'>, webApi.AppsConnectionsOpenResponse>>().toBeNever();
    expectTypeOf<Answer<'files.info'>>().toExtend<webApi.FilesInfoResponse>();
    expectTypeOf<Unpublished<Answer<'files.info'>, webApi.FilesInfoResponse>>().toBeNever();
    expectTypeOf<Answer<'auth.test'>>().toExtend<webApi.AuthTestResponse>();
    expectTypeOf<Unpublished<Answer<'auth.test'>, webApi.AuthTestResponse>>().toBeNever();
    expectTypeOf<Answer<'bots.info'>>().toExtend<webApi.BotsInfoResponse>();
    expectTypeOf<Unpublished<Answer<'bots.info'>, webApi.BotsInfoResponse>>().toBeNever();
    expectTypeOf<Answer<'chat.getPermalink'>>().toExtend<webApi.ChatGetPermalinkResponse>();
    expectTypeOf<Unpublished<Answer<'chat.getPermalink'>, webApi.ChatGetPermalinkResponse>>().toBeNever();
    expectTypeOf<Answer<'chat.postEphemeral'>>().toExtend<webApi.ChatPostEphemeralResponse>();
    expectTypeOf<Unpublished<Answer<'chat.postEphemeral'>, webApi.ChatPostEphemeralResponse>>().toBeNever();
    expectTypeOf<Answer<'chat.postMessage'>>().toExtend<webApi.ChatPostMessageResponse>();
    expectTypeOf<Unpublished<Answer<'chat.postMessage'>, webApi.ChatPostMessageResponse>>().toBeNever();
    expectTypeOf<Answer<'conversations.info'>>().toExtend<webApi.ConversationsInfoResponse>();
    expectTypeOf<Unpublished<Answer<'conversations.info'>, webApi.ConversationsInfoResponse>>().toBeNever();
    expectTypeOf<Answer<'conversations.replies'>>().toExtend<webApi.ConversationsRepliesResponse>();
    expectTypeOf<Unpublished<Answer<'conversations.replies'>, webApi.ConversationsRepliesResponse>>().toBeNever();
    expectTypeOf<Answer<'users.info'>>().toExtend<webApi.UsersInfoResponse>();
    expectTypeOf<Unpublished<Answer<'users.info'>, webApi.UsersInfoResponse>>().toBeNever();
    expectTypeOf<Answer<'views.open'>>().toExtend<webApi.ViewsOpenResponse>();
    expectTypeOf<Unpublished<Answer<'views.open'>, webApi.ViewsOpenResponse>>().toBeNever();
    expectTypeOf<Answer<'views.publish'>>().toExtend<webApi.ViewsPublishResponse>();
    expectTypeOf<Answer<'views.push'>>().toExtend<webApi.ViewsPushResponse>();
    expectTypeOf<Answer<'views.update'>>().toExtend<webApi.ViewsUpdateResponse>();
    type Access = Own<Extract<ReturnType<OAuth['access']>, { ok: true }>>;
    expectTypeOf<Access>().toExtend<webApi.OauthV2AccessResponse>();
    expectTypeOf<Unpublished<Access, webApi.OauthV2AccessResponse>>().toBeNever();
  });
});

describe('payloads, against the types of Bolt', () => {
  it('have the published fields', () => {
    expectTypeOf<Own<ReturnType<typeof commandPayload>>>().toExtend<SlashCommand>();
    expectTypeOf<Own<ReturnType<typeof messageActionPayload>>>().toExtend<Published<MessageShortcut, 'message'>>();
    expectTypeOf<Own<ReturnType<typeof globalShortcutPayload>>>().toExtend<GlobalShortcut>();
    type InMessage = Own<ReturnType<typeof messageActionsPayload>>;
    expectTypeOf<InMessage>().toExtend<Published<BlockAction, 'message' | 'actions' | 'state'>>();
    type InView = Own<Omit<ReturnType<typeof viewActionPayload>, 'view'>>;
    expectTypeOf<InView>().toExtend<Published<BlockAction, 'view' | 'actions' | 'response_url'>>();
    type Submission = Own<Omit<ReturnType<typeof submissionPayload>, 'view'>>;
    expectTypeOf<Submission>().toExtend<Published<ViewSubmitAction, 'view'>>();
    type Closed = Own<Omit<ReturnType<typeof closedPayload>, 'view'>>;
    expectTypeOf<Closed>().toExtend<Published<ViewClosedAction, 'view'>>();
    type Suggestion = Own<Omit<ReturnType<typeof suggestionPayload>, 'view'>>;
    expectTypeOf<Suggestion>().toExtend<BlockSuggestion>();
    expectTypeOf<Own<ReturnType<typeof eventPayload>>>().toExtend<Published<EnvelopedEvent, 'event'>>();
  });

  it('carry views with the published fields', () => {
    type View = Own<ReturnType<typeof submissionPayload>['view']>;
    type Theirs = ViewSubmitAction['view'];
    expectTypeOf<View>().toExtend<Published<Theirs, 'blocks' | 'state' | 'title' | 'close' | 'submit'>>();
    expectTypeOf<Unpublished<View, Theirs>>().toBeNever();
  });

  it('have no other fields, but a user name that recordings have as well', () => {
    expectTypeOf<Unpublished<Own<ReturnType<typeof commandPayload>>, SlashCommand>>().toBeNever();
    expectTypeOf<Unpublished<Own<ReturnType<typeof messageActionPayload>>, MessageShortcut>>().toBeNever();
    expectTypeOf<Unpublished<Own<ReturnType<typeof globalShortcutPayload>>, GlobalShortcut>>().toBeNever();
    expectTypeOf<Unpublished<Own<ReturnType<typeof messageActionsPayload>>, BlockAction>>().toBeNever();
    expectTypeOf<
      Unpublished<Own<ReturnType<typeof submissionPayload>>, ViewSubmitAction>
    >().toEqualTypeOf<'username'>();
    expectTypeOf<Unpublished<Own<ReturnType<typeof closedPayload>>, ViewClosedAction>>().toEqualTypeOf<'username'>();
    expectTypeOf<Unpublished<Own<ReturnType<typeof suggestionPayload>>, BlockSuggestion>>().toEqualTypeOf<'username'>();
    expectTypeOf<Unpublished<Own<ReturnType<typeof eventPayload>>, EnvelopedEvent>>().toBeNever();
  });
});
