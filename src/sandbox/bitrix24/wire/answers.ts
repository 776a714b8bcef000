import { describeCode, type PortalLanguage } from './texts.ts';

/** Bytes and headers as they go to the caller. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What is wrong with one field of a request. */
export type FieldProblem = {
  readonly field: string;
  readonly problem: 'missing' | 'type' | 'empty' | 'no-chat';
};

/** An error before it has been put into words. */
export type Refusal = {
  /** `flat` is the shape of REST 2 and of the layers before REST 3. */
  readonly shape: 'flat' | 'v3';
  readonly code: string;
  readonly status: number;
  readonly validation?: readonly FieldProblem[];
  /** The name that the error is about, such as an unknown field. */
  readonly subject?: string;
};

/** An outcome that refuses. */
export type Refused = {
  readonly kind: 'refused';
  readonly refusal: Refusal;
};

/** What a method answers: `next` and `total` are the paging values of REST 2. */
export type MethodOutcome =
  | { readonly kind: 'result'; readonly result: unknown; readonly next?: number; readonly total?: number }
  | Refused;

const v3Prefix = 'BITRIX_REST_V3_EXCEPTION_';

/** A method's success; `next` and `total` are the paging values of REST 2. */
export function result(value: unknown, paging: { next?: number; total?: number } = {}): MethodOutcome {
  return { kind: 'result', result: value, ...paging };
}

/** A refusal in the flat shape `{error, error_description}`. */
export function refuseFlat(code: string, status: number, subject?: string): Refused {
  return { kind: 'refused', refusal: flat(code, status, subject) };
}

/** A refusal in the REST 3 shape; `suffix` is the code without its prefix. */
export function refuseV3(
  suffix: string,
  status: number,
  details: Pick<Refusal, 'validation' | 'subject'> = {},
): Refused {
  return { kind: 'refused', refusal: v3(suffix, status, details) };
}

/** A refusal in the flat shape, to be put into words later. */
export function flat(code: string, status: number, subject?: string): Refusal {
  return { shape: 'flat', code, status, ...(subject === undefined ? {} : { subject }) };
}

/** A refusal in the REST 3 shape, to be put into words later; `suffix` is the code without its prefix. */
export function v3(suffix: string, status: number, details: Pick<Refusal, 'validation' | 'subject'> = {}): Refusal {
  return { shape: 'v3', code: suffix.startsWith('BITRIX_') ? suffix : `${v3Prefix}${suffix}`, status, ...details };
}

/** Puts a refusal into the portal's language and its shape. */
export function renderRefusal(refusal: Refusal, language: PortalLanguage): Answer {
  const message = describeCode(refusal, language);
  const { validation } = refusal;
  const body =
    refusal.shape === 'flat'
      ? { error: refusal.code, error_description: message }
      : {
          error: {
            code: refusal.code,
            message,
            ...(validation === undefined
              ? {}
              : {
                  validation: validation.map(({ field, problem }) => ({
                    field,
                    message: describeCode({ code: problem, subject: field }, language),
                  })),
                }),
          },
        };
  return json(refusal.status, body);
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A page as a proxy or a web server in front of the portal shows it. */
export function htmlPage(status: number, title: string, body = ''): Answer {
  const content = `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: content };
}
