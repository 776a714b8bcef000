import type { Texts } from '../en.ts';
import type { ShownLoss } from '../shown.ts';

const listed = ({ names, more }: ShownLoss) => `${names.join(', ')}${more > 0 ? ` и ещё ${more}` : ''}`;

/** What a message lost on its way from Slack to Bitrix24. */
export const losses: Texts['losses'] = {
  'custom-emoji': (loss) => `Эмодзи вашего пространства стали словами: ${listed(loss)}.`,
  files: (loss) => `Файлы названы, но не перенесены: ${listed(loss)}.`,
  links: (loss) => `Ссылки стали простым текстом: ${listed(loss)}.`,
  unsupported: (loss) => `Остался только читаемый текст: ${listed(loss)}.`,
  missing: (loss) => `Slack не передал: ${listed(loss)}.`,
  cut: () => 'Слишком глубоко вложенный текст пропущен.',
};
