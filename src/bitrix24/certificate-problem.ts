import type { CertificateProblem } from '../domain/failure.ts';

/** Source: Node.js documentation, "TLS, X509 certificate error codes"; `ERR_TLS_CERT_ALTNAME_INVALID` is Node's own. */
const problems: Readonly<Record<CertificateProblem, readonly string[]>> = {
  expired: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  'other-host': ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
  untrusted: [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_CHAIN_TOO_LONG',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
  ],
};

/**
 * What is wrong with a certificate, where that is why no connection was made. `cause`: an error code of the attempt.
 */
export function certificateProblemOf(cause: string): CertificateProblem | undefined {
  const all: readonly CertificateProblem[] = ['expired', 'other-host', 'untrusted'];
  return all.find((problem) => problems[problem].includes(cause));
}
