"""A language model that always says the same, at once: `python -m benchmarks.llm_server DELTAS` prints its URL."""

from __future__ import annotations

import asyncio
import json
import sys


def events(deltas: int) -> list[bytes]:
    """Return the answer as HTTP chunks, one for each server-sent event."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    said = [{"index": 0, "delta": {"content": f"word{number} "}, "finish_reason": None} for number in range(deltas)]
    choices = [[each] for each in said] + [[{"index": 0, "delta": {}, "finish_reason": "stop"}], []]
    usage = {"usage": {"prompt_tokens": 9, "completion_tokens": deltas, "total_tokens": deltas + 9}}
    datas = [json.dumps({**head, "choices": each, **({} if each else usage)}) for each in choices] + ["[DONE]"]
    raw = [f"data: {data}\n\n".encode() for data in datas]
    return [b"%x\r\n%s\r\n" % (len(event), event) for event in raw] + [b"0\r\n\r\n"]


async def serve(deltas: int) -> None:
    """Answer every POST until the process is ended."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    pieces = events(deltas)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                lines = request.lower().split(b"\r\n")
                length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                writer.write(head)
                for piece in pieces:
                    writer.write(piece)
                    await asyncio.sleep(0)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
