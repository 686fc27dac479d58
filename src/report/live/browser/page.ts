import { startLive } from './live.js';
import { enhanceCsv, enhanceTables } from './tables.js';

enhanceTables();
enhanceCsv();
for (const hidden of document.querySelectorAll<HTMLElement>('.scripted')) hidden.hidden = false;
startLive();
