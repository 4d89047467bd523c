// Defects of how the program uses its disk, its clock and what it is told of them; see defects.ts.

import type { Defect } from './defects.ts';

export const MACHINE_DEFECTS: readonly Defect[] = [
  {
    name: 'shown-unrecorded',
    does: 'shows what was judged although it could not be recorded',
    experiment: 'disk',
    rounds: 1,
    parts: ['read-only'],
    file: 'src/lane.ts',
    text: 'if (!recorded.ok || verdict === undefined) {',
    instead: 'if (verdict === undefined) {',
  },
  {
    name: 'unflushed',
    does: 'commits with synchronous=NORMAL: written, not flushed',
    experiment: 'disk',
    rounds: 1,
    parts: ['slow', 'failing-flushes'],
    file: 'src/journal/database.ts',
    text: 'synchronous = FULL',
    instead: 'synchronous = NORMAL',
  },
  {
    name: 'uncovered',
    does: 'leaves a commit whose flush failed in the write-ahead log',
    experiment: 'disk',
    rounds: 3,
    parts: ['failing-flushes'],
    file: 'src/journal/journal.ts',
    text: 'coverFailedCommit(this.#open.connection);',
    instead: 'void coverFailedCommit;',
  },
  {
    name: 'deleted-unnoticed',
    does: 'goes on in a journal whose file is gone',
    experiment: 'disk',
    rounds: 1,
    parts: ['deleted'],
    file: 'src/journal/journal.ts',
    text: 'if (this.#open && this.#open.inode !== inodeOf(this.#file)) this.#forget();',
    instead: '',
  },
  {
    name: 'damage-unnoticed',
    does: 'opens a journal without looking at it',
    experiment: 'disk',
    rounds: 3,
    parts: ['damaged-page'],
    file: 'src/journal/journal.ts',
    text: 'requireSound(connection, { everyPage: isSmall(this.#file) });',
    instead: 'void [requireSound, isSmall];',
  },
];
