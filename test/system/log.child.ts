// Writes one line of each level, as the daemon would.

import { createLog } from '../../src/system/log.ts';

const log = createLog({ level: 'debug', environment: process.env });
log.debug({}, 'one');
log.info({ part: 'journal' }, 'two');
log.warn({}, 'three\nin two lines');
log.error({ err: new Error('no room') }, 'four');
process.stdout.write('still here\n');
