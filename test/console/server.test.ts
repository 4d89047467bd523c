// The console's server over real sockets: what it answers, to whom, and what becomes of a port that is taken.

import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isMeant, type Page, startConsole } from '../../src/console/server.ts';
import { eventually } from '../fakes/eventually.ts';
import { freePort } from '../fakes/mosquitto.ts';

const PAGE: Page = { status: 200, contentType: 'text/plain', body: 'xin chào\n' };
/** More than the kernel keeps for a connection of which nobody reads. */
const LARGE: Page = { ...PAGE, body: 'x'.repeat(32 * 1024 * 1024) };

async function started(port = 0) {
  const told: (string | undefined)[] = [];
  const made = { pages: 0 };
  const pages = new Map<string, () => Page | Promise<Page>>([
    ['/page', () => PAGE],
    ['/counted', () => ({ ...PAGE, body: `${(made.pages += 1)}\n` })],
    ['/large', () => LARGE],
    ['/broken', () => Promise.reject(new Error('a secret'))],
  ]);
  const web = startConsole({ listen: { host: '127.0.0.1', port }, pages, report: (message) => told.push(message) });
  onTestFinished(() => web.close());
  return { web, told, made, port: (await web.listening) ?? port };
}

/** Sends this at once and reads nothing; resolves once the server has taken or refused all of it. */
async function asks(port: number, text: string) {
  const socket = connect(port, '127.0.0.1').pause();
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve()).write(text, () => resolve());
  await promise;
  return socket;
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

function ask(port: number, path: string, { method = 'GET', host = 'localhost' } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; allow: unknown; cors: unknown; body: string }>();
  const asked = request({ port, path, method, host: '127.0.0.1', headers: { host } }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const { allow, 'access-control-allow-origin': cors } = response.headers;
      resolve({ status: response.statusCode ?? 0, allow, cors, body: Buffer.concat(chunks).toString() });
    });
  });
  asked.on('error', reject);
  asked.end(method === 'POST' ? 'x'.repeat(100_000) : undefined);
  return promise;
}

describe('the web server', () => {
  test('answers GET and HEAD, with and without a query, and no other method or path', async () => {
    const { port } = await started();
    expect(await ask(port, '/page')).toEqual({ status: 200, allow: undefined, cors: undefined, body: PAGE.body });
    expect(await ask(port, '/page?a=1')).toMatchObject({ status: 200 });
    expect(await ask(port, '/page', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask(port, '/page', { method })).toMatchObject({ status: 405, allow: 'GET, HEAD', cors: undefined });
    for (const path of ['/', '/page/', '/../page', '//page', '/constructor'])
      expect(await ask(port, path)).toMatchObject({ status: 404 });
  });

  test('a page that fails says nothing of why', async () => {
    const { port } = await started();
    expect(await ask(port, '/broken')).toMatchObject({ status: 500, body: 'the page could not be made\n' });
  });

  test('refuses a name that is not this machine', async () => {
    const { port } = await started();
    expect(await ask(port, '/page', { host: `evil.example:${port}` })).toMatchObject({
      status: 421,
      body: expect.stringContaining('host name') as string,
    });
    expect(await ask(port, '/page', { host: `127.0.0.1:${port}` })).toMatchObject({ status: 200 });
  });

  test('answers one request a connection: who sends thousands and reads nothing has none of them kept', async () => {
    const { port } = await started();
    const socket = await asks(port, GET('/page').repeat(5_000));
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString())).resume();
    await eventually('its end', () => socket.closed);
    expect(answers.split('HTTP/1.1 200').length - 1).toBeLessThanOrEqual(1);
    expect(await ask(port, '/page')).toMatchObject({ status: 200 });
  });

  test('makes a page once a second, however many ask for it', async () => {
    const { port, made } = await started();
    const began = performance.now();
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 10 }, () => ask(port, '/counted')));
    expect(made.pages).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
    await eventually('the next page', async () => (await ask(port, '/counted')).body !== '1\n');
  });

  test('cuts who takes nothing of an answer, so that others get theirs', { timeout: 30_000 }, async () => {
    const { port } = await started();
    for (let at = 0; at < 40; at += 1) await asks(port, GET('/large'));
    const answered = async () => (await ask(port, '/page').catch(() => undefined))?.status === 200;
    await eventually('a page', answered, { deadlineMs: 20_000 });
  });

  test('closes while somebody holds a connection open', async () => {
    const { web, port } = await started();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await web.close();
    expect(await ended).toBe(false);
  });

  test('a port that is taken is reported once, and taken when it is free', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const { told } = await started(port);
    expect(told).toEqual([expect.stringContaining(`127.0.0.1:${port} (EADDRINUSE)`)]);
    await new Promise((resolve) => other.close(resolve));
    await eventually('the port', () => told.length === 2);
    expect(told[1]).toBeUndefined();
    expect(await ask(port, '/page')).toMatchObject({ status: 200 });
  });
});

test.each([
  ['localhost:8080', true],
  ['LOCALHOST', true],
  ['127.0.0.1:8080', true],
  ['192.168.1.7', true],
  ['[::1]:8080', true],
  ['kiosk.school.example:8080', true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['localhost:8080:1', false],
  ['', false],
  [undefined, false],
])('isMeant: %s is %s', (header, meant) => {
  expect(isMeant(header, 'kiosk.school.example')).toBe(meant);
});
