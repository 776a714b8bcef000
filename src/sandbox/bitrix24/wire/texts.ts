/**
 * What the portal says to people. It differs by language on purpose: a client that matches on text breaks in one of
 * them.
 */

/** The languages of error texts. */
export type PortalLanguage = 'en' | 'ru';

type Text = (subject: string) => string;

/** The text for a code (or for a field problem) in the portal's language; an unlisted code gets a general sentence. */
export function describeCode(
  what: { readonly code: string; readonly subject?: string },
  language: PortalLanguage,
): string {
  const short = what.code.replace(/^BITRIX_REST_V3_(REALISATION_)?EXCEPTION_/, '').replace(/EXCEPTION$/, '');
  const texts = textsByCode[short] ?? fallbackText;
  return texts[language](what.subject ?? '');
}

const fallbackText = pair('The request could not be completed', 'Запрос не удалось выполнить');

const textsByCode: Readonly<Record<string, Readonly<Record<PortalLanguage, Text>>>> = {
  missing: about(
    (field) => `Field "${field}" has to be filled in`,
    (field) => `Не заполнено обязательное поле "${field}"`,
  ),
  type: about(
    (field) => `Field "${field}" has a value of the wrong type`,
    (field) => `Неверный тип значения в поле "${field}"`,
  ),
  empty: about(
    (field) => `Field "${field}" must not be empty`,
    (field) => `Поле "${field}" не может быть пустым`,
  ),
  'no-chat': pair('Task chat not found', 'Чат задачи не найден'),
  VALIDATION_REQUESTVALIDATION: pair('The request is not valid', 'Ошибка проверки запроса'),
  VALIDATION_DTOVALIDATION: pair('The object is not valid', 'Ошибка проверки объекта'),
  UNKNOWNDTOPROPERTY: about(
    (field) => `There is no field "${field}" here`,
    (field) => `Поле "${field}" здесь неизвестно`,
  ),
  INVALIDSELECT: pair('The selection cannot be read', 'Список полей не удалось разобрать'),
  INVALIDJSON: pair('The body is not JSON', 'Тело запроса не в формате JSON'),
  ENTITYNOTFOUND: about(
    (id) => `No object with the number ${id}`,
    (id) => `Объект с номером ${id} не найден`,
  ),
  ACCESSDENIED: pair('Access denied', 'Доступ запрещён'),
  INSUFFICIENTSCOPE: pair('The key lacks a permission for this method', 'У ключа нет разрешения на этот метод'),
  IDEMPOTENCYKEYREUSED: pair('The key was used with another body', 'Ключ уже использован с другим телом запроса'),
  INVALIDIDEMPOTENCYKEY: pair('The idempotency key is malformed', 'Неверный ключ повторного вызова'),
  METHODNOTFOUND: about(
    (method) => `There is no method ${method}`,
    (method) => `Метод ${method} не найден`,
  ),
  RATELIMIT: pair('The method has used up its time', 'Метод исчерпал отведённое время'),
  INTERNAL_INTERNAL: pair('Internal error', 'Внутренняя ошибка'),
  ERROR_METHOD_NOT_FOUND: pair('Method not found', 'Метод не найден'),
  INTERNAL_SERVER_ERROR: pair('Internal server error', 'Внутренняя ошибка сервера'),
  ERROR_UNEXPECTED_ANSWER: pair('Unexpected answer of the server', 'Неожиданный ответ сервера'),
  QUERY_LIMIT_EXCEEDED: pair('Too many requests', 'Слишком много запросов'),
  OPERATION_TIME_LIMIT: pair('The method is blocked, its time is used up', 'Метод заблокирован: время исчерпано'),
  NO_AUTH_FOUND: pair('Wrong authorisation data', 'Неверные данные авторизации'),
  INVALID_CREDENTIALS: pair('Invalid credentials', 'Неверные учётные данные'),
  authorization_error: pair('The user cannot be authorised', 'Не удалось авторизовать пользователя'),
  invalid_token: pair('The token is not valid', 'Токен недействителен'),
  expired_token: pair('The token has expired', 'Срок действия токена истёк'),
  insufficient_scope: pair('The key lacks a permission for this method', 'У ключа нет разрешения на этот метод'),
  user_access_error: pair('The application is not open to this user', 'Приложение недоступно этому пользователю'),
  APPLICATION_NOT_FOUND: pair('Application not found', 'Приложение не найдено'),
  INVALID_REQUEST: pair('HTTPS is required', 'Требуется HTTPS'),
  OVERLOAD_LIMIT: pair('REST is blocked because of overload', 'REST заблокирован из-за перегрузки'),
  ACCESS_DENIED: pair('REST is part of the paid plans only', 'REST доступен только на платных тарифах'),
  PORTAL_DELETED: pair('The portal is closed', 'Портал закрыт'),
  CONNECTION_ERROR: pair('The authorisation server cannot be reached', 'Сервер авторизации недоступен'),
  PAYMENT_REQUIRED: pair('Payment required', 'Требуется оплата'),
  '0': pair('The key of the order is wrong (internal error)', 'Неверный ключ сортировки (internal error)'),
  '100': about(
    (name) => `A value is missing or wrong: {${name}}`,
    (name) => `Значение отсутствует или неверно: {${name}}`,
  ),
};

function pair(en: string, ru: string): Readonly<Record<PortalLanguage, Text>> {
  return { en: () => en, ru: () => ru };
}

function about(en: Text, ru: Text): Readonly<Record<PortalLanguage, Text>> {
  return { en, ru };
}
