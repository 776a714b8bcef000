/** U+2060, which has no width and joins two words without a place to wrap the line. */
export const joiner = '\u2060';

/** U+FEFF, the same in its older form: the one character without width that JavaScript counts among the blanks. */
export const stop = '\ufeff';
