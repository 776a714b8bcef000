import type { Texts } from './en.ts';
import { commands } from './ru/commands.ts';
import { compose, defaults } from './ru/compose.ts';
import { connect, connectFailures, pages } from './ru/connect.ts';
import { doctor } from './ru/doctor.ts';
import { acceptFailures, happened, linkFailures, particularHappened } from './ru/failures.ts';
import { files, formFiles } from './ru/files.ts';
import { home } from './ru/home.ts';
import { accessDenied, installation } from './ru/installation.ts';
import { losses } from './ru/losses.ts';
import { message } from './ru/message.ts';
import { replies } from './ru/replies.ts';
import { particularSteps, steps } from './ru/steps.ts';
import { takeBack } from './ru/take-back.ts';
import { taskCard } from './ru/task-card.ts';
import { buttons, linking, status } from './ru/views.ts';

/** Russian. */
export const ru: Texts = {
  commands,
  compose,
  defaults,
  connect,
  connectFailures,
  pages,
  installation,
  accessDenied,
  happened,
  particularHappened,
  steps,
  particularSteps,
  acceptFailures,
  linkFailures,
  doctor,
  losses,
  files,
  formFiles,
  message,
  home,
  replies,
  takeBack,
  taskCard,
  buttons,
  linking,
  status,
};
