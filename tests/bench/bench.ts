import { benchAcknowledgement } from './acknowledgement.ts';
import { paneSize } from './pane-size.ts';
import { benchQmsum } from './qmsum.ts';
import { benchStartUp } from './start-up.ts';

/** `npm run bench`: every measured figure, each beside its bar. Figures of one machine in one run: quote ratios. */
const corpus = process.env['HUMPHREY_CORPUS'];

heading('Start-up: npm start to the printed address, installed (bar: under 3 s)');
const startUp = await benchStartUp();
console.log(`median ${startUp.median.toFixed(2)} s, longest ${startUp.max.toFixed(2)} s`);

heading('Acknowledgement of Teams messages, 10 connections, model 5 s (bar: p99 at most 50 ms)');
const acknowledgement = await benchAcknowledgement();
console.log(
  `${acknowledgement.messages} messages, ${acknowledgement.refused} refused: p50 ${acknowledgement.p50.toFixed(1)} ms, p99 ${acknowledgement.p99.toFixed(1)} ms, longest ${acknowledgement.longest.toFixed(1)} ms`,
);

heading('Outlook pane, our own code (bar: at most 25 KB gzip)');
console.log(`${((await paneSize()).gzipBytes / 1024).toFixed(1)} KB`);

heading('Offline engine against human summaries (QMSum)');
if (corpus === undefined) console.log('Skipped: set HUMPHREY_CORPUS to the folder with the meetings.');
else await benchQmsum(corpus);

function heading(text: string): void {
  console.log(`\n${text}\n${'-'.repeat(text.length)}`);
}
