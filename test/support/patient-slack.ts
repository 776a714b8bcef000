import type { SlackOptions } from '../../src/sandbox/slack/options.ts';

/**
 * The limits of Slack that run on real time, made long: a slow machine takes longer than three seconds for what is
 * right. What the app itself does about these limits is tested with a clock that a test moves.
 */
export const patientSlack: SlackOptions = { ackTimeoutMs: 60_000, triggerLifeMs: 60_000 };
