import type { CertificateProblem } from '../../domain/failure.ts';
import type { SafeText } from '../shown.ts';

const sentences: Record<CertificateProblem, (portal: SafeText) => string> = {
  expired: (portal) => `The certificate of ${portal} has expired, or is not valid yet.`,
  'other-host': (portal) => `The certificate of ${portal} is made out to another host.`,
  untrusted: (portal) => `The certificate of ${portal} is not from an authority that this app trusts.`,
};

/** Says what is wrong with the certificate of a portal; `untrusted` when that is not known. */
export const certificateIs = (portal: SafeText, problem: CertificateProblem = 'untrusted') =>
  sentences[problem](portal);
