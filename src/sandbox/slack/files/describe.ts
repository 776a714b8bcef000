import { endingOf, type SlackFile, toldSize } from '../state/files.ts';

/** The file object as `files.info` and a form answer it, or `undefined` where nothing of it may be told. */
export function describeFile(file: SlackFile, origin: string) {
  const isPublic = file.channels.size > 0;
  const { id, name, created, mimetype, userId, teamId, mode } = file;
  const address = `${origin}${downloadPath(file)}`;
  const external = mode === 'external' ? 'https://drive.example/document/1' : undefined;
  return {
    id,
    created,
    timestamp: created,
    name,
    title: name,
    mimetype,
    filetype: endingOf(name),
    pretty_type: endingOf(name).toUpperCase(),
    user: userId,
    user_team: teamId,
    editable: false,
    size: external === undefined ? toldSize(file) : 0,
    mode,
    is_external: external !== undefined,
    external_type: external === undefined ? '' : 'gdrive',
    is_public: isPublic,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: external ?? address.replace('/download/', '/'),
    ...(external === undefined ? { url_private_download: address } : {}),
    permalink: `${origin}/files/${userId}/${id}/${encodeURIComponent(name.toLowerCase())}`,
    permalink_public: `https://slack-files.example/${teamId}-${id}-0123456789`,
    is_starred: false,
    has_rich_preview: false,
    file_access: 'visible',
  };
}

/**
 * The file as it stands in a message. Of what the app is not shown there is only a stub. Sources: docs.slack.dev,
 * "Slack Connect", `check_file_info`; for the other modes what clients handle.
 */
export function describeInMessage(file: SlackFile, origin: string) {
  const { id } = file;
  if (file.deleted || file.mode === 'tombstone') {
    return { id, mode: 'tombstone' };
  }
  if (file.mode === 'hidden_by_limit') {
    return { id, mode: 'hidden_by_limit', file_access: 'hidden_by_limit' };
  }
  if (file.access !== 'visible') {
    return { id, file_access: file.access };
  }
  return describeFile(file, origin);
}

/** The address of a file's bytes on this Slack, below its origin. Source: docs.slack.dev, file object. */
function downloadPath({ teamId, id, name }: SlackFile): string {
  return `/files-pri/${teamId}-${id}/download/${encodeURIComponent(name.toLowerCase())}`;
}
