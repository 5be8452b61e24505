"""A server that answers every request with so many events at once: it shows what asking itself costs.

python -m tools.bench.standin PORT TOKENS
"""

import asyncio
import json
import sys

TEXT = json.dumps(
    {
        "id": "chatcmpl-000000000000000000000000",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "standin",
        "choices": [{"index": 0, "delta": {"content": " word"}, "logprobs": None, "finish_reason": None}],
    }
)


def event(data: str) -> bytes:
    """One event as a chunk of its own."""
    content = f"data: {data}\n\n".encode()
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


async def serve(port: int, tokens: int) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1}
    last = event(json.dumps({"choices": [], "usage": usage})) + event("[DONE]") + b"0\r\n\r\n"
    one = event(TEXT)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"content-length: " in head.lower():
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        for _ in range(tokens):
            writer.write(one)
            await asyncio.sleep(0)  # others' tokens come in between, as from a server that computes them together
        writer.write(last)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
