import type { CertificateProblem } from '../../domain/failure.ts';
import type { SafeText } from '../shown.ts';

const sentences: Record<CertificateProblem, (portal: SafeText) => string> = {
  expired: (portal) => `The certificate of ${portal} has expired, or is not valid yet.`,
  'other-host': (portal) => `The certificate of ${portal} is made out to another host.`,
  untrusted: (portal) => `The certificate of ${portal} is not from an authority that this app trusts.`,
};

/** A sentence with the word certificate; `untrusted` where it is not known what is wrong. */
export const certificateIs = (portal: SafeText, problem: CertificateProblem = 'untrusted') =>
  sentences[problem](portal);
