import { keyProblem } from '../domain/encryption-key.ts';
import { Secret } from '../domain/secret.ts';
import { commaList } from './values.ts';

/** Keys between commas, of which the first encrypts. */
export const encryptionKeys = commaList.transform((keys, context) =>
  keys.map((key, index) => {
    const problem = keyProblem(key, index === 0);
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', message: `has a key (number ${index + 1}) that ${problem}` });
    }
    return new Secret(key);
  }),
);
