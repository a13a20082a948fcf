"""Rates and order keep their bounds of memory whoever comes; the loopback client keeps its connections."""

from __future__ import annotations

import asyncio

import pytest

from channels.limits import SenderOrder, SenderRate
from channels.loopback import ConnectionBroken, LoopbackClient, Overdue, Unreachable
from channels.repeats import AFTER_START_SECONDS, HELD_ANSWERS, Repeats
from tests.channels.gateway import TOKEN, free_port
from tests.channels.stand_in import StandIn


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_allowance_comes_back_evenly() -> None:
    time = Time()
    rate = SenderRate(6, time)
    assert [rate.wait_seconds("a") for _ in range(7)] == [0] * 6 + [10]
    time.now += 9.9
    assert rate.wait_seconds("a") == 1
    time.now += 0.2
    assert rate.wait_seconds("a") == 0
    time.now += 3600
    assert [rate.wait_seconds("a") for _ in range(7)] == [0] * 6 + [10]


def test_a_million_senders_take_no_more_memory_than_the_bound() -> None:
    rate = SenderRate(60, Time(), remembered=100)
    for number in range(10_000):
        assert rate.wait_seconds(str(number)) == 0
    assert len(rate._buckets) == 100


def test_nothing_is_kept_of_a_sender_who_waits_for_nothing() -> None:
    async def run() -> None:
        order = SenderOrder()
        said: list[int] = []

        async def say(number: int) -> None:
            async with order.turn("a"):
                await asyncio.sleep(0)
                said.append(number)

        await asyncio.gather(*(say(number) for number in range(50)))
        assert said == list(range(50))
        assert len(order) == 0
        with pytest.raises(ValueError, match="inside"):
            async with order.turn("a"):
                raise ValueError("inside")
        assert len(order) == 0

    asyncio.run(run())


def test_old_answers_are_asked_of_records_and_new_messages_are_not() -> None:
    async def run() -> None:
        time = Time()
        repeats = Repeats(time)
        answer = asyncio.create_task(asyncio.sleep(0))
        assert repeats.may_be_stored(("c", "young process"))
        time.now += AFTER_START_SECONDS + 1
        assert not repeats.may_be_stored(("c", "0"))
        for number in range(HELD_ANSWERS + 1):
            repeats.hold(("c", str(number)), answer)  # type: ignore[arg-type]
        assert repeats.answer_to(("c", "0")) is None
        assert repeats.may_be_stored(("c", "0"))
        assert repeats.answer_to(("c", "1")) is answer
        await answer

    asyncio.run(run())


def test_one_connection_serves_many_requests() -> None:
    behind = StandIn(TOKEN)

    async def run() -> None:
        client = LoopbackClient(behind.port, TOKEN)
        for _ in range(20):
            assert (await client.get("/", 2)).status == 200
        client.close()

    asyncio.run(run())
    assert len(behind.connections) == 1
    behind.stop()


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    behind = StandIn(TOKEN)

    async def run() -> None:
        client = LoopbackClient(behind.port, TOKEN)
        for _ in range(3):
            assert (await client.get("/", 2)).status == 200
            behind.drop_connections()
            await asyncio.sleep(0.1)
        client.close()

    asyncio.run(run())
    behind.stop()


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"", ConnectionBroken),
        (b"nonsense\r\n\r\n", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 2_100_000, ConnectionBroken),
        (None, Overdue),
    ],
    ids=["nothing", "no HTTP", "cut short", "endless", "silence"],
)
def test_a_server_that_misbehaves_is_told_as_such(sent: bytes | None, error: type[Exception]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if sent is not None:
            writer.write(sent)
            writer.close()
        else:
            await asyncio.sleep(0.5)
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client = LoopbackClient(server.sockets[0].getsockname()[1])
        with pytest.raises(error):
            await client.get("/", 0.3)
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.3)

    asyncio.run(run())


def test_a_chunked_answer_is_put_together() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await asyncio.sleep(0.01)
        writer.write(b"2\r\nde\r\n0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client = LoopbackClient(server.sockets[0].getsockname()[1])
        assert (await client.get("/", 2)).body == b"abcde"
        client.close()
        server.close()
        await server.wait_closed()

    asyncio.run(run())


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    async def run() -> None:
        with pytest.raises(Unreachable):
            await LoopbackClient(free_port()).get("/", 1)

    asyncio.run(run())
