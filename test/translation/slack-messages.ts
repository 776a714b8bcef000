import fc from 'fast-check';

/** Stands for every text that a reader in Slack sees; each becomes a word of its own. */
const seen = '§';

/** Messages of documented shapes; every text in them that is seen in Slack is another word: `w1x`, `w2x`, … */
export function slackMessages(): fc.Arbitrary<unknown> {
  return message.map((made) => {
    let words = 0;
    return JSON.parse(JSON.stringify(made), (_key, value) => {
      if (value !== seen) {
        return value;
      }
      words += 1;
      return `w${words}x`;
    });
  });
}

const some = <Value>(one: fc.Arbitrary<Value>, least = 1) => fc.array(one, { minLength: least, maxLength: 3 });
const plain = fc.constant({ type: 'plain_text', text: seen, emoji: true });
const mrkdwn = fc.constant({ type: 'mrkdwn', text: seen });
const textObject = fc.oneof(plain, mrkdwn);
const address = fc.constant('https://example.com/?a=1&amp;b=2');
const option = fc.record(
  { text: textObject, value: fc.nat().map(String), description: plain },
  { requiredKeys: ['text', 'value'] },
);

const typed = <Fields>(type: string, fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record({ type: fc.constant(type), ...fields });

const image = fc.oneof(
  typed('image', { image_url: address, alt_text: fc.constant(seen) }),
  typed('image', { image_url: address, title: plain, alt_text: fc.constant('unseen') }),
  typed('image', {
    image_url: address,
    title: fc.constant({ type: 'plain_text', text: ' ' }),
    alt_text: fc.constant(seen),
  }),
  typed('image', { slack_file: fc.constant({ id: 'F1' }), alt_text: fc.constant(seen) }),
);

const element = fc.oneof(
  typed('button', { text: plain, url: address }),
  typed('button', { text: plain, action_id: fc.constant('a') }),
  typed('workflow_button', { text: plain, workflow: fc.record({ trigger: fc.record({ url: address }) }) }),
  typed('icon_button', { text: plain }),
  typed('feedback_buttons', {
    positive_button: fc.record({ text: plain }),
    negative_button: fc.record({ text: plain }),
  }),
  typed('radio_buttons', { options: some(option) }),
  typed('checkboxes', { options: some(option), initial_options: some(option) }),
  typed('static_select', { placeholder: plain }),
  typed('multi_static_select', { initial_options: some(option) }),
  typed('overflow', { options: some(option) }),
  typed('plain_text_input', { initial_value: fc.constant(seen) }),
  typed('wizard', { text: plain }),
);

const style = fc.constantFrom({}, { bold: true }, { italic: true, strike: true });
const inline = fc.oneof(
  typed('text', { text: fc.constant(seen), style }),
  typed('link', { url: address, text: fc.constant(seen) }),
  typed('color', { value: fc.constant(seen) }),
  typed('tag', { text: fc.constant(seen) }),
  typed('workflow_mention', { text: fc.constant(seen) }),
  typed('canvas', { file_id: fc.constant('F9'), label: fc.constant(seen) }),
  typed('sparkle', { text: fc.constant(seen) }),
);
const section = typed('rich_text_section', { elements: some(inline) });
const richText = typed('rich_text', {
  elements: some(
    fc.oneof(
      section,
      typed('rich_text_list', {
        style: fc.constantFrom('bullet', 'ordered'),
        indent: fc.nat(3),
        elements: some(section),
      }),
      typed('rich_text_quote', { elements: some(inline) }),
      typed('rich_text_preformatted', { elements: some(inline) }),
      typed('rich_text_callout', { elements: some(inline) }),
    ),
  ),
});

const card = typed('card', {
  title: mrkdwn,
  subtitle: mrkdwn,
  body: mrkdwn,
  hero_image: image,
  actions: some(element),
});
const task = typed('task_card', {
  title: fc.constant(seen),
  status: fc.constantFrom('pending', 'complete'),
  details: richText,
  sources: some(typed('url', { url: address, text: fc.constant(seen) })),
});
const cell = fc.oneof(
  typed('raw_text', { text: fc.constant(seen) }),
  typed('raw_number', { value: fc.constant(7), text: fc.constant(seen) }),
  richText,
);
const point = fc.record({ label: fc.constant(seen), value: fc.nat() });

const block: fc.Arbitrary<unknown> = fc.letrec<{ block: unknown }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    richText,
    typed('section', { text: textObject, fields: some(textObject), accessory: fc.oneof(element, image) }),
    typed('header', { text: plain }),
    typed('context', { elements: some(fc.oneof(textObject, image)) }),
    typed('actions', { elements: some(element) }),
    typed('input', { label: plain, element, hint: plain }),
    typed('markdown', { text: fc.constant(seen) }),
    typed('alert', { text: textObject }),
    typed('video', { title: plain, title_url: address, description: plain, author_name: fc.constant(seen) }),
    typed('call', { call: fc.record({ v1: fc.record({ name: fc.constant(seen), join_url: address }) }) }),
    typed('carousel', { elements: some(card) }),
    typed('plan', { title: fc.constant(seen), tasks: some(task) }),
    typed('data_table', { caption: fc.constant(seen), rows: some(some(cell)) }),
    typed('data_visualization', {
      title: fc.constant(seen),
      chart: fc.oneof(
        typed('pie', { segments: some(point) }),
        typed('bar', { series: some(fc.record({ name: fc.constant(seen), data: some(point) })) }),
      ),
    }),
    typed('hologram', { title: plain, parts: some(fc.record({ body: mrkdwn })) }),
    image,
    card,
    task,
    typed('container', { title: plain, child_blocks: some(tie('block')) }),
  ),
})).block;

const file = fc.oneof(
  fc.record({ title: fc.constant(seen), permalink: address }),
  fc.record({
    mode: fc.constant('email'),
    title: fc.constant(seen),
    subject: fc.constant(seen),
    plain_text: fc.constant(seen),
    from: some(fc.record({ name: fc.constant(seen), address: fc.constant(seen) })),
  }),
  fc.record({ mode: fc.constant('snippet'), title: fc.constant(seen), preview: fc.constant(seen) }),
  fc.record({
    title: fc.constant(seen),
    transcription: fc.record({ preview: fc.record({ content: fc.constant(seen), has_more: fc.boolean() }) }),
  }),
);

const spoken = fc.oneof(fc.record({ text: fc.constant(seen) }), fc.record({ blocks: some(block) }));
const legacy = fc.record(
  {
    pretext: fc.constant(seen),
    author_name: fc.constant(seen),
    title: fc.constant(seen),
    title_link: address,
    text: fc.constant(seen),
    fields: some(fc.record({ title: fc.constant(seen), value: fc.constant(seen) })),
    footer: fc.constant(seen),
    actions: some(fc.record({ type: fc.constant('button'), text: fc.constant(seen) })),
    files: some(file),
  },
  { requiredKeys: ['text'] },
);
const shared = fc.record(
  {
    is_share: fc.constant(true),
    author_name: fc.constant(seen),
    message_blocks: fc.tuple(fc.record({ message: spoken })),
    fallback: fc.constant('[July 11th, 2024 3:03 PM] bob: said'),
    attachments: some(legacy),
  },
  { requiredKeys: ['is_share', 'message_blocks'] },
);
const bare = fc.oneof(
  fc.record({ fallback: fc.constant(seen) }),
  fc.record({ is_share: fc.constant(true), fallback: fc.constant(seen) }),
  fc.record({ list: fc.record({ id: fc.constant('F8'), title: fc.constant(seen) }) }),
  fc.record({ blocks: some(block) }),
);

const message = fc
  .tuple(
    spoken,
    fc.record(
      { attachments: some(fc.oneof(legacy, shared, bare)), files: some(file), room: fc.constant({ name: seen }) },
      { requiredKeys: [] },
    ),
  )
  .map(([said, rest]) => ({ type: 'message', ...said, ...rest }));
