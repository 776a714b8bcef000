import { locales } from '../../domain/locale.ts';
import { type AdmissionRules, admitsTeam, type Refusal, refusalOf } from '../../linking/access-rules.ts';
import type { Linking } from '../../linking/link.ts';
import type { Texts } from '../../locales/en.ts';
import { textsIn } from '../../locales/locale.ts';
import type { SlackAccess } from '../ports.ts';
import type { Actor } from '../receiving/actor.ts';
import type { People } from './people.ts';

/** Why somebody's gesture is not worked on. */
export type Turned = Refusal | 'not-installed';

/** Somebody who did something, as far as the rules look. */
type SlackApplicant = Pick<Actor, 'workspace' | 'person'>;

/** The administrator's rules, asked for every gesture. */
export type Admission = {
  /** Nothing when the gesture may be worked on. Rejects when the storage fails. */
  refusalFor(applicant: SlackApplicant): Promise<Turned | undefined>;
};

export type AdmissionDeps = {
  readonly rules: AdmissionRules;
  readonly access: SlackAccess;
  readonly people: People;
  readonly linking: Pick<Linking, 'find' | 'unlink'>;
};

/** Creates the admission. Somebody found deactivated is unlinked at once. */
export function createAdmission({ rules, access, people, linking }: AdmissionDeps): Admission {
  return {
    async refusalFor(applicant) {
      const { workspace, person } = applicant;
      if (!admitsTeam(rules, workspace)) {
        return 'team';
      }
      if (access.kind === 'installations' && !(await access.find(workspace))) {
        return 'not-installed';
      }
      const remembered = await people.findSoon(workspace, person.user);
      if ((await judge(applicant, remembered)) === undefined) {
        return undefined;
      }
      // What is remembered may be an hour old: nobody is turned away on it.
      const refusal = await judge(applicant, remembered && (await people.findAgain(workspace, person.user)));
      if (refusal === 'deactivated') {
        await linking.unlink(person);
      }
      return refusal;
    },
  };

  async function judge({ workspace, person }: SlackApplicant, user: Awaited<ReturnType<People['find']>>) {
    const isLinked = user === undefined && (await linking.find(person)) !== undefined;
    return refusalOf(rules, { ...workspace, standing: user?.standing, isLinked });
  }
}

/** What somebody is told who is turned away. Of a workspace without the app not even its people's languages are known. */
export function wordsFor(turned: Turned, { admission }: Texts): string {
  if (turned !== 'not-installed') {
    return admission[turned];
  }
  return locales.map((locale) => textsIn(locale).admission[turned]).join('\n');
}
