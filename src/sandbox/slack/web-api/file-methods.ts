import { describeFile } from '../files/describe.ts';
import { isSeenByBot } from '../files/visibility.ts';
import { textAt } from '../json.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiHandler, fail, succeed } from './web-api.ts';

/**
 * `files.info`. A file that the bot does not see is `file_not_found`. Sources: docs.slack.dev, files.info, errors;
 * PipedreamHQ/pipedream issue 22031.
 */
export function createFileMethods(state: SlackState) {
  return {
    'files.info': ({ team, args }) => {
      const file = state.files.find(textAt(args, 'file'));
      if (file === undefined || file.teamId !== team.id || !isSeenByBot(state, file)) {
        return fail('file_not_found');
      }
      if (file.deleted) {
        return fail('file_deleted');
      }
      if (file.refusal !== undefined) {
        return fail(file.refusal);
      }
      const channels = [...file.channels];
      return succeed({
        file: { ...describeFile(file, state.origin()), channels, groups: [], ims: [], comments_count: 0 },
        comments: [],
        response_metadata: { next_cursor: '' },
      });
    },
  } satisfies Record<string, ApiHandler>;
}
