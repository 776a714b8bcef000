import { commands } from './en/commands.ts';
import { compose, defaults } from './en/compose.ts';
import { connect, connectFailures, pages } from './en/connect.ts';
import { doctor } from './en/doctor.ts';
import { acceptFailures, happened, linkFailures, particularHappened } from './en/failures.ts';
import { files, formFiles } from './en/files.ts';
import { home } from './en/home.ts';
import { accessDenied, installation } from './en/installation.ts';
import { losses } from './en/losses.ts';
import { message } from './en/message.ts';
import { replies } from './en/replies.ts';
import { particularSteps, steps } from './en/steps.ts';
import { takeBack } from './en/take-back.ts';
import { taskCard } from './en/task-card.ts';
import { buttons, linking, status } from './en/views.ts';

/** English. Every language has the same shape, so that a missing text does not compile. */
export const en = {
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

/** All texts that a person reads. */
export type Texts = typeof en;
