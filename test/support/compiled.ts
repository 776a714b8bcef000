/** For the environment of programs: the folder where Node keeps compiled code, which takes half of the work off a start. */
export const compiled = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' };
