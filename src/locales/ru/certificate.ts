import type { CertificateProblem } from '../../domain/failure.ts';
import type { SafeText } from '../shown.ts';

const sentences: Record<CertificateProblem, (portal: SafeText) => string> = {
  expired: (portal) => `Сертификат ${portal} истёк или ещё не действует.`,
  'other-host': (portal) => `Сертификат ${portal} выдан на другое имя.`,
  untrusted: (portal) => `Сертификат ${portal} выдан центром, которому это приложение не доверяет.`,
};

/** Says what is wrong with the certificate of a portal; `untrusted` when that is not known. */
export const certificateIs = (portal: SafeText, problem: CertificateProblem = 'untrusted') =>
  sentences[problem](portal);
