/** A small real WebSocket server on loopback, which speaks `/api/live` and can be told to fail. */
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** The texts of the complete frames at the start of a buffer, and what is left. */
function unframe(buffer: Buffer): { texts: string[]; rest: Buffer; closed: boolean } {
  const texts: string[] = [];
  let rest = buffer;
  for (;;) {
    if (rest.length < 2) return { texts, rest, closed: false };
    const opcode = (rest[0] ?? 0) & 15;
    const short = (rest[1] ?? 0) & 127;
    const start = short === 126 ? 4 : 2;
    const length = short === 126 ? rest.readUInt16BE(2) : short;
    if (rest.length < start + 4 + length) return { texts, rest, closed: false };
    if (opcode === 8) return { texts, rest, closed: true };
    const mask = rest.subarray(start, start + 4);
    const body = Buffer.from(rest.subarray(start + 4, start + 4 + length)).map(
      (byte, at) => byte ^ (mask[at % 4] ?? 0),
    );
    texts.push(Buffer.from(body).toString());
    rest = rest.subarray(start + 4 + length);
  }
}

export interface Client {
  send: (message: object) => void;
  /** Cut the line without a word. */
  cut: () => void;
}

export interface LiveServer {
  url: string;
  clients: Set<Client>;
  received: Array<Record<string, unknown>>;
  close: () => Promise<void>;
}

/** Start it; `answer` is called for every message of a client. */
export async function startLiveServer(
  answer: (client: Client, message: Record<string, unknown>) => void,
  hello: object = { type: "hello", version: "0", runs: [] },
): Promise<LiveServer> {
  const clients = new Set<Client>();
  const received: Array<Record<string, unknown>> = [];
  const sockets = new Set<Duplex>();
  const server: Server = createServer((_, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}${GUID}`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const client: Client = {
      send: (message) => {
        if (socket.writable) socket.write(frame(JSON.stringify(message)));
      },
      cut: () => socket.destroy(),
    };
    clients.add(client);
    sockets.add(socket);
    let left: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      const { texts, rest, closed } = unframe(Buffer.concat([left, chunk]));
      left = rest;
      for (const text of texts) {
        const message = JSON.parse(text) as Record<string, unknown>;
        received.push(message);
        answer(client, message);
      }
      if (closed) socket.end();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clients.delete(client);
      sockets.delete(socket);
    });
    client.send(hello);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/live`,
    clients,
    received,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
