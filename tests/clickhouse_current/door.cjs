// A door that speaks HTTP as a ClickHouse server does, before the engine of today in a library (npm/chdb):
//
//     node door.cjs SETTING.json
//
// { "folder": where the tables lie,
//   "config": a file of settings of the server (clusters),
//   "users": { NAME: { "password": TEXT, "arguments": ["--readonly=1", ...] } },   the arguments are the user's profile
//   "tls": { "key": FILE, "certificate": FILE } }                                  may be missing
//
// It writes its port to standard output and lives as long as who started it.  The engine parses, checks and answers; the
// door does what the network part of a server does: who asks, which database, settings in the address, errors and their
// status.  One question at a time, each over a connection of its own, so that no settings are left behind.
"use strict";
const http = require("node:http");
const https = require("node:https");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { Session } = createRequire(path.join(__dirname, "../../npm/chdb/package.json"))("chdb");
const setting = JSON.parse(readFileSync(process.argv[2], "utf8"));

// ---- the engine ----

const connect = (more) => new Session(setting.folder, { connectionArgs: [`--config-file=${setting.config}`, ...more] });
const kept = connect([]); // the tables stay open
const version = kept.query("SELECT version()", "TabSeparated").trim();

class Refused extends Error {
  constructor(code, text) {
    super(`Code: ${code}. DB::Exception: ${text}`);
  }
}

// The library takes text, and a statement may hold any byte within its quotes.
const GOOD = "[\\xc2-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|\\xed[\\x80-\\x9f][\\x80-\\xbf]|[\\xe1-\\xef][\\x80-\\xbf]{2}"
  + "|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}";
const PIECE = new RegExp(`\\xed[\\xa0-\\xbf]|${GOOD}|[\\x80-\\xff]`, "g");
const escaped = (piece) => Array.from(piece, (c) => `\\x${c.charCodeAt(0).toString(16)}`).join("");
const textOf = (bytes) => Buffer.from(bytes.toString("latin1").replace(PIECE, (piece) =>
  piece.length === 1 || /^\xed[\xa0-\xbf]/.test(piece) ? escaped(piece) : piece), "latin1").toString("utf8");
const literal = (text) => `'${text.replace(/[\\']/g, "\\$&")}'`;

const run = async (connection, statement, format) => {
  const insert = /^INSERT INTO (\w+) FORMAT (\w+)\n/.exec(statement.subarray(0, 200).toString("latin1"));
  if (insert) {
    await connection.insert({ table: insert[1], format: insert[2], values: statement.subarray(insert[0].length) });
    return Buffer.alloc(0);
  }
  return Buffer.from((await connection.queryAsync(textOf(statement), { format })).bytes());
};

// ---- who asks, and how ----

const userOf = (request, address) => {
  const raw = (text) => Buffer.from(text || "", "latin1").toString("utf8");
  const basic = /^Basic (.*)$/.exec(request.headers.authorization || "");
  const named = request.headers["x-clickhouse-user"] !== undefined || request.headers["x-clickhouse-key"] !== undefined;
  let name = raw(request.headers["x-clickhouse-user"]);
  let password = raw(request.headers["x-clickhouse-key"]);

  if (basic && named) {
    throw new Refused(516, "Invalid authentication: it is not allowed to use Authorization HTTP header and X-ClickHouse headers at once. (AUTHENTICATION_FAILED)");
  }
  if (basic) {
    [, name, password] = /^([^:]*):([^]*)$/.exec(Buffer.from(basic[1], "base64").toString("utf8")) || [];
  }
  name = address.searchParams.get("user") || name || "default";
  const user = setting.users[name];
  if (!user || user.password !== (address.searchParams.get("password") || password)) {
    throw new Refused(516, `${name}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`);
  }
  return user;
};

// What stands in an address and is no setting.
const RESERVED = new Set(["database", "query", "user", "password", "default_format", "query_id", "wait_end_of_query", "buffer_size"]);

const answer = async (request, address, body) => {
  const user = userOf(request, address);
  const database = address.searchParams.get("database") || request.headers["x-clickhouse-database"] || "default";
  const format = address.searchParams.get("default_format") || request.headers["x-clickhouse-format"] || "TabSeparated";
  const query = address.searchParams.get("query");
  const statement = query === null ? body : Buffer.concat([Buffer.from(query + (body.length ? "\n" : "")), body]);
  const connection = connect(user.arguments || []);

  try {
    connection.query(`USE \`${database.replace(/[\\`]/g, "\\$&")}\``);
    for (const [name, value] of address.searchParams) {
      if (!RESERVED.has(name)) {
        connection.query(`SET ${name.replace(/\W/g, "_")} = ${literal(value)}`);
      }
    }
    if (request.method === "GET") {
      connection.query("SET readonly = 2");
    }
    return await run(connection, statement, format);
  } finally {
    connection.close();
  }
};

// ---- HTTP ----

const STATUS = new Map([[516, 403], [192, 403], [193, 403], [60, 404], [81, 404], [46, 404], [47, 404], [62, 400], [115, 400]]);

const send = (response, status, bytes, more = {}) => {
  response.writeHead(status, { "Content-Length": bytes.length, "X-ClickHouse-Server-Display-Name": "door", ...more });
  response.end(bytes);
};

const refuse = (response, error) => {
  const text = String(error && error.message);
  const at = text.indexOf("Code: ");
  const told = at < 0 ? `Code: 1002. DB::Exception: ${text} (UNKNOWN_EXCEPTION)` : text.slice(at).trimEnd();
  const code = Number(/^Code: (\d+)/.exec(told)[1]);
  send(response, STATUS.get(code) || 500, Buffer.from(`${told} (version ${version})\n`), { "X-ClickHouse-Exception-Code": code });
};

let before = Promise.resolve();

const ask = (request, response) => {
  const address = new URL(request.url, "http://door");
  const pieces = [];

  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    if (address.pathname === "/ping") {
      return send(response, 200, Buffer.from("Ok.\n"));
    }
    before = before.then(() => answer(request, address, Buffer.concat(pieces))).then(
      (bytes) => send(response, 200, bytes, { "Content-Type": "text/tab-separated-values; charset=UTF-8" }),
      (error) => refuse(response, error));
    return undefined;
  });
};

const tls = setting.tls && { key: readFileSync(setting.tls.key), cert: readFileSync(setting.tls.certificate) };
const door = tls ? https.createServer(tls, ask) : http.createServer(ask);
door.keepAliveTimeout = 600000; // who asks keeps its connection
door.listen(0, "127.0.0.1", () => process.stdout.write(`${door.address().port}\n`));
