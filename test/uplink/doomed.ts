// A process with an uplink in it, to be killed: argv holds the options and a state as JSON.
import { startUplink } from '../../src/uplink/uplink.ts';
import type { StateSnapshot, UplinkOptions } from '../../src/uplink/messages.ts';

const { options, state } = JSON.parse(process.argv[2] ?? '') as { options: UplinkOptions; state: StateSnapshot };
const none = (): void => undefined;
const uplink = startUplink(options, {
  listening: none,
  link: none,
  receipted: none,
  list: none,
  listTooLarge: none,
  command: none,
  commandsDropped: none,
  damaged: none,
  cursors: none,
  report: none,
  faulted: none,
});
uplink.state(state);
