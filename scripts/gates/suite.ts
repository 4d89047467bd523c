// Gate: the run of the tests whose report (vitest's JSON) is the first argument ran every test file, and skipped nothing. What failed
// is written to the second argument, a line each: the name says where to look, the first words of the failure whether it is the same.

import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { conclude, ROOT, tracked } from './gate.ts';

interface Assertion {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file itself failed, e.g. in a hook or an import. */
    readonly message: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}

const CAUSE_CHARS_MAX = 160;

/** The first line of a failure, as a clause. */
function causeOf(message = ''): string {
  const [line = ''] = stripVTControlCharacters(message).trim().split('\n');
  return line === '' ? '' : ` - ${line.slice(0, CAUSE_CHARS_MAX)}`;
}

function notPassed({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const tests = assertionResults.filter((test) => test.status !== 'passed');
    const lines = tests.map((test) => `${test.status}: ${file}: ${test.fullName}${causeOf(test.failureMessages?.[0])}`);
    // Without a failed test it was an import or a hook, and what it kept from running is only skipped.
    const itself = status !== 'passed' && !tests.some((test) => test.status === 'failed');
    return itself ? [`${status}: ${file}${causeOf(message)}`, ...lines] : lines;
  });
}

const [, , reportFile = '', failuresFile] = process.argv;
const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
const count = report.testResults.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
const empty = report.testResults.filter(({ assertionResults }) => assertionResults.length === 0).length;
const faults = notPassed(report).map((fault) => `${fault}\n`);
if (failuresFile !== undefined) writeFileSync(failuresFile, faults.join(''));
process.stdout.write(`tests: ${count} in ${report.testResults.length} files, ${faults.length} not passed\n`);
conclude('tests', report.testResults.length - empty, tracked(/^test\/.*\.test\.ts$/u).length, faults.join(''));
