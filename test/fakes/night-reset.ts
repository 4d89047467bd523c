// A night reset half a day from now, so that no test that lives in the present runs across it.

const HALF_A_DAY_MS = 12 * 3_600_000;
const VIETNAM_MS = 7 * 3_600_000;

/** `admission.exitAllAt` at a site in Vietnam. */
export const EXIT_ALL_AT = new Date(Date.now() + VIETNAM_MS + HALF_A_DAY_MS).toISOString().slice(11, 16);

/** The same for a command in a child process. */
export const EXIT_ALL_ENVIRONMENT = { GATE_READER__ADMISSION__EXIT_ALL_AT: EXIT_ALL_AT };
