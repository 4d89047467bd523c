// Gate: the run of the tests whose report (vitest's JSON) is the first argument ran every test file, and skipped nothing.

import { readFileSync } from 'node:fs';
import { conclude, tracked } from './gate.ts';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const { testResults } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Report;
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const notPassed = tests.filter(({ status }) => status !== 'passed').map(({ status, fullName }) => `${status}: ${fullName}\n`);
const empty = testResults.filter(({ assertionResults }) => assertionResults.length === 0).length;
process.stdout.write(`tests: ${tests.length} in ${testResults.length} files, ${notPassed.length} not passed\n`);
conclude('tests', testResults.length - empty, tracked(/^test\/.*\.test\.ts$/u).length, notPassed.join(''));
