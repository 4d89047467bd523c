// Where the process of `gate-reader run` goes on as the daemon. Started by handover.ts alone.

import { takeOver } from './handover.ts';
import { runDaemon } from './run-daemon.ts';

await runDaemon(takeOver(process.env));
