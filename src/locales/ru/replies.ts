import type { DeliveryState } from '../../domain/delivery.ts';
import type { Texts } from '../en.ts';
import { countRussian, pickRussian } from '../plural.ts';
import type { ShownParts, ShownTask } from '../shown.ts';

const named = (task: ShownTask) => `${task.link(`задачу ${task.number}`)}${task.title ? ` «${task.title}»` : ''}`;
const gone = ({ delivered, parts }: ShownParts) =>
  delivered === 1 ? `ушла часть 1 из ${parts}` : `ушли части 1–${delivered} из ${parts}`;

/** What the sender reads about a delivery. */
export const replies: Texts['replies'] = {
  sent: ({ task, parts }) => `Отправлено в ${named(task)}${parts <= 1 ? '' : ` частями: ${parts}`}.`,
  notSent: (task) => `*Не отправлено* в ${named(task)}.`,
  partlySent: ({ task, ...shown }) => `*Отправлено не всё* в ${named(task)}: ${gone(shown)}, дальше ничего.`,
  maybeSent: (task) => `*Неизвестно*, дошло ли ваше сообщение в ${named(task)}.`,
  maybePartlySent: ({ task, delivered, parts }) =>
    `*Неизвестно*, сколько из вашего сообщения дошло в ${named(task)}: ${delivered > 0 ? `${gone({ delivered, parts })}, ` : ''}часть ${delivered + 1} из ${parts} под вопросом${delivered + 1 < parts ? ', дальше ничего' : ''}.`,
  expired: 'Оно ожидало отправки 23 часа, и этот срок истёк.',
  sendAgainLater: 'Если оно ещё нужно, отправьте его снова.',
  interrupted: 'Работа приложения прервалась во время отправки.',
  restored: 'Приложение восстановлено из резервной копии: сообщение могло уйти уже после её создания.',
  lookFirst: 'Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
  cancelled: {
    sender: 'Вы отозвали его.',
    unlink: 'Вы отключились от Битрикс24, пока оно ждало. Чтобы всё же отправить его, подключитесь и отправьте снова.',
    administrator: 'Администратор приложения снял его с отправки. Спросите о причине, прежде чем отправлять снова.',
    relink:
      'Оно написано от имени другого пользователя Битрикс24, чем тот, под которым вы подключены сейчас. Отправьте снова, чтобы отправить от нынешнего.',
  },
  notSentYet: (task) => `*Пока не отправлено* в ${named(task)}.`,
  notConfirmedYet: (task) => `*Пока не подтверждено:* ваше сообщение в ${named(task)} могло уже дойти.`,
  beingSent: ({ task, portal }) =>
    `*Отправляется* в ${named(task)}: ${portal} пока не отвечает. О результате придёт ответ.`,
  manyWait: (count) =>
    `*Пока не отправлено:* ${pickRussian(count, { one: 'ждёт', few: 'ждут', many: 'ждут' })} ${countRussian(count, { one: 'ваше сообщение', few: 'ваших сообщения', many: 'ваших сообщений' })}. О каждом придёт свой ответ, когда с ним всё решится; \`/b24task status\` покажет их, скажет, чего они ждут, и отзовёт ненужные.`,
  waitsItsTurn: 'Оно ждёт своей очереди.',
  nextTry: (at) => `Следующая попытка: ${at}. От вас ничего не требуется.`,
  goesByItself: 'Оно уйдёт само. От вас ничего не требуется.',
  asksAgain: (at) =>
    `Приложение ещё раз обратится к порталу${at ? ` (${at})` : ''} так, что второй копии не будет, и сообщит вам результат.`,
  chatScopeMissing:
    'С правом `im` приложение само смотрит в чат задачи: дайте это право подключению, и такой вопрос почти не возникнет.',
  parked: (task) => `*Пока не отправлено:* ваше сообщение в ${named(task)} ждёт ваших действий.`,
  quoted: (excerpt) => `«${excerpt}»`,
  details: (codes) => `Для администратора: ${codes}`,
  yourText: 'Ваш текст, его можно скопировать:',
  linkWorks: (released) =>
    released > 0
      ? `*Ваше подключение работает.* ${pickRussian(released, { one: 'Уходит', few: 'Уходят', many: 'Уходят' })} ${countRussian(released, { one: 'ожидавшее сообщение', few: 'ожидавших сообщения', many: 'ожидавших сообщений' })}; об итогах вы узнаете.`
      : '*Ваше подключение работает*, и ничто больше его не ждёт.',
  linkWorksNot: (why) => `*Пока не работает.* ${why}`,
  restWaits: 'Всё, что вы отправите на этот портал до тех пор, тоже подождёт.',
  saidBefore: ({ task, at, state }) =>
    `*Пока ничего не отправлено:* только что (${at}) вы отправляли то же самое в ${named(task)}, ${became[state]}. Отправить ещё раз?`,
  sending: (task) => `Отправляется в ${named(task)}. О результате придёт ответ.`,
  sendingAgain: (task) => `Отправляется снова${task ? ` в ${named(task)}` : ''}. О результате придёт ответ.`,
  sentAgainAlready: 'Оно уже отправлено снова; о результате сказано в отдельном ответе.',
  announced: ({ task, by }) => `Отправлено в ${named(task)}: ${by}.`,
  announcedPerhaps: 'Неизвестно, появилось ли сообщение об этом в обсуждении; второй раз приложение его не напишет.',
  notAnnounced: {
    'no-member': 'Читатели в Slack об этом не узнали: приложения нет в этой беседе. В канал его можно пригласить.',
    'no-mark-scope':
      'Читатели в Slack об этом не узнали: у приложения нет разрешения `reactions:write`, его даёт администратор Slack.',
    'no-reply-scope':
      'Читатели в Slack об этом не узнали: у приложения нет разрешения `chat:write`, его даёт администратор Slack.',
    refused: 'Читатели в Slack об этом не узнали: Slack этого не принял.',
  },
  textForgotten: '*Ничего не отправлено:* текст этого сообщения уже не хранится. Напишите его заново.',
  cancelledNow: 'Отозвано: больше ничего из него не уйдёт. О нём придёт последний ответ.',
  tooLateToCancel: 'Отзывать поздно: оно отправляется прямо сейчас. О результате придёт ответ.',
  cannotCancel: 'Отозвать уже нельзя: оно могло дойти. Приложение выяснит это и сообщит вам.',
  endedAlready: 'С ним уже всё решилось; отзывать нечего.',
  writtenElsewhere: ({ at, channel }) => `Речь о вашем сообщении (${at}${channel ? `, ${channel}` : ''}).`,
  aboutThread: (at) => `Речь об обсуждении (${at}).`,
};

const became: Record<DeliveryState, string> = {
  accepted: 'и оно ещё в пути',
  sending: 'и оно ещё в пути',
  delivered: 'и оно доставлено',
  refused: 'и оно не доставлено',
  unknown: 'и неизвестно, дошло ли оно',
  expired: 'и оно не доставлено',
  cancelled: 'и оно отозвано',
};
