import type { FileSource } from '../delivery/files.ts';
import type { NameDirectory } from '../delivery/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { ConfirmationAsker } from '../linking/ports.ts';
import { type Authors, createAuthors } from './directory/authors.ts';
import { createNameShares } from './directory/name-shares.ts';
import { createNames, type NamesDeps } from './directory/names.ts';
import { createPeople, type People, type PeopleDeps } from './directory/people.ts';
import { createUserStatusLookup, type UserStatusLookup } from './directory/user-status.ts';
import { createFileSource } from './files/file-source.ts';
import { createObservedFiles, type FileObserver } from './files/observed-files.ts';
import type { SlackSettings } from './ports.ts';
import { createConfirmationAsker } from './replies/confirmation-asker.ts';
import { createBoltLogger } from './web-api/bolt-logger.ts';
import { type Clients, createClients } from './web-api/clients.ts';
import type { SlackCallObserver } from './web-api/observed-fetch.ts';

/** What Slack is asked about people and places, and the people themselves: needed before anything can be received. */
export type SlackDirectory = {
  readonly clients: Clients;
  readonly people: People;
  readonly names: NameDirectory;
  readonly authors: Authors;
  readonly confirmationAsker: ConfirmationAsker;
  /** Where a person stands, asked in workspaces in which Slack may tell. */
  readonly userStatusOf: UserStatusLookup;
  /** Where the bytes of files come from. */
  readonly files: FileSource;
};

/** What the directory of people, names and clients needs. */
export type SlackDirectoryDeps = Pick<NamesDeps, 'findIdentity' | 'leads'> &
  Pick<PeopleDeps, 'preferences' | 'language'> & {
    readonly clock: Clock;
    readonly log: Log;
    /** How many replicas share Slack's limits; one where it is absent. */
    readonly replicas?: () => number;
    /** Is told of every call of Slack. */
    readonly observe?: SlackCallObserver | undefined;
    /** Is told of every file that is read from Slack. */
    readonly observeFile?: FileObserver | undefined;
  };

/** Creates the directory. Nothing is asked before somebody wants to know. */
export function createSlackDirectory(
  settings: Pick<SlackSettings, 'access' | 'slackApiUrl'>,
  { findIdentity, leads, preferences, language, clock, log, replicas, observe, observeFile }: SlackDirectoryDeps,
): SlackDirectory {
  const clients = createClients(settings, { logger: createBoltLogger(log), clock, observe });
  const people = createPeople({ clients, preferences, language, clock, log });
  const files = createFileSource({ clients, slackApiUrl: settings.slackApiUrl, log });
  const shares = createNameShares(clock, replicas);
  return {
    clients,
    people,
    names: createNames({ people, clients, findIdentity, leads, shares, clock, log }),
    authors: createAuthors({ people, clients, shares, clock, log }),
    confirmationAsker: createConfirmationAsker({ clients, log }),
    userStatusOf: createUserStatusLookup(clients),
    files: observeFile ? createObservedFiles(files, clock, observeFile) : files,
  };
}
