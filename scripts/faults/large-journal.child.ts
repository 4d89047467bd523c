// Fills a data folder with a large journal: FOLDER READER EVENTS. A process of its own, because it is busy for long.

import { storeJournal } from '../bench/stored-journal.ts';

const [folder = '', reader = '', events = ''] = process.argv.slice(2);
storeJournal(folder, reader, Number(events));
