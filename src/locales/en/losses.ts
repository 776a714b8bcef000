import type { Loss } from '../../domain/document.ts';
import type { ShownLoss } from '../shown.ts';

const listed = ({ names, more }: ShownLoss) => `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;

/** What a message lost on its way from Slack to Bitrix24. */
export const losses: Record<Loss['kind'], (loss: ShownLoss) => string> = {
  'custom-emoji': (loss) => `Emoji of your workspace became words: ${listed(loss)}.`,
  files: (loss) => `Files are named, but not carried over: ${listed(loss)}.`,
  links: (loss) => `Links that became plain text: ${listed(loss)}.`,
  unsupported: (loss) => `Only the readable text is left of: ${listed(loss)}.`,
  missing: (loss) => `Slack did not send: ${listed(loss)}.`,
  cut: () => 'Text that was nested too deeply was left out.',
};
