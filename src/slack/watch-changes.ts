import type { Reporter } from '../delivery/ports.ts';
import type { Person } from '../domain/person.ts';
import type { SurfaceDeps } from './settings.ts';

type Watched = Pick<SurfaceDeps, 'accept' | 'resend' | 'linking' | 'connecting' | 'deliveries' | 'defaults'>;

/** The use cases that change what a person's Home tab tells, with `changed` called after each. */
export function watchChanges<Deps extends Watched>(deps: Deps, changed: (person: Person) => void): Deps {
  const { linking, connecting, deliveries, defaults } = deps;
  return {
    ...deps,
    accept: (submission) => after(submission.person, deps.accept(submission)),
    resend: (request) => after(request.person, deps.resend(request)),
    linking: {
      ...linking,
      linkWebhook: (person, urlText) => after(person, linking.linkWebhook(person, urlText)),
      unlink: (person) => after(person, linking.unlink(person)),
    },
    ...(connecting
      ? {
          connecting: {
            ...connecting,
            confirm: (person, grant, number) => after(person, connecting.confirm(person, grant, number)),
          },
        }
      : {}),
    deliveries: { ...deliveries, cancel: (person, id) => after(person, deliveries.cancel(person, id)) },
    defaults: {
      ...defaults,
      set: (person, place, task) => after(person, defaults.set(person, place, task)),
      clear: (person, place) => after(person, defaults.clear(person, place)),
    },
  };

  async function after<Value>(person: Person, work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } finally {
      changed(person);
    }
  }
}

/** A reporter with `changed` called after each report. */
export function watchReports(reporter: Reporter, changed: (person: Person) => void): Reporter {
  return {
    async report(report, title) {
      const result = await reporter.report(report, title);
      changed(report.delivery.person);
      return result;
    },
  };
}
