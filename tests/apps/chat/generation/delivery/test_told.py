"""What is told before it is written: processes die, hang and go on anywhere, and all readers end with what is kept.

Real readers, subscriptions and live logs, several processes of them; the database is a list.
"""

import asyncio
import random
import uuid
from collections.abc import Iterator
from contextlib import aclosing
from contextvars import ContextVar

import pytest

from apps.chat.generation.delivery import watch as watching
from apps.chat.generation.delivery.hub import Hub
from apps.chat.generation.delivery.live import LiveLog
from apps.chat.generation.delivery.log import NUMBERS, Lease
from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.fold import Event, fold, follows, text_with

GENERATION = uuid.uuid4()
Lines = list[tuple[int, Event]]


class Process:
    """One that may write, and has readers. Frozen or alone it may still believe that the lease is its own."""

    def __init__(self, site: "Site") -> None:
        self.site, self.hub, self.live = site, Hub(), None

    def told(self, _generation: uuid.UUID) -> Lines:
        return [(line.seq, line.event) for line in self.live.told()] if self.live else []

    def tell(self) -> None:
        if self.live is not None and (lines := self.live.tell()):
            self.site.publish(self, [(line.seq, line.event) for line in lines], self.live.written_seq)

    def write(self) -> None:
        if self.live is None:
            return
        if self.live.lease.epoch != self.site.epoch:
            self.live = None  # the fence
            return
        lines = self.live.told()
        self.site.log += [(line.seq, line.event) for line in lines]
        self.live.write(lines)

    def end(self) -> None:
        """All that was said, in one transaction with the end; told behind it."""
        assert self.live and self.live.lease.epoch == self.site.epoch
        self.live.tell()
        lines = [(line.seq, line.event) for line in (*self.live.told(), self.live.line({"kind": "end"}))]
        self.site.log += lines
        self.site.is_over, self.live = True, None
        self.site.publish(self, lines, lines[-1][0])


class Site:
    """Three processes, their log, and what goes between them and may be lost."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.log, self.epoch, self.is_over, self.said = rng, Lines(), 0, False, 0
        self.loses, self.read = 0.3, 0  # of the messages, this part; how often the log was read
        self.processes = [Process(self) for _ in range(3)]
        self.take()

    def take(self) -> None:
        """Somebody gets the lease, whoever has it."""
        self.epoch += 1
        self.owner = self.rng.choice(self.processes)
        last = max(self.log[-1][0] if self.log else 0, (self.epoch - 1) * NUMBERS)
        lease = Lease(GENERATION, uuid.uuid4(), self.epoch, last + 1)
        self.owner.live = LiveLog(lease, list(self.log), on_stop=lambda: None, on_news=lambda urgent: None)

    def publish(self, teller: Process, lines: Lines, written: int) -> None:
        for process in self.processes:
            if process is teller or self.rng.random() >= self.loses:
                process.hub.publish(GENERATION, lines, written)

    def look(self) -> None:
        """What the look once a second finds."""
        last = self.log[-1][0] if self.log else 0
        for process in self.processes:
            if any(self.is_over or last > has for has in process.hub.watched().values()):
                process.hub.poke(GENERATION)

    def step(self) -> None:
        process = self.rng.choice(self.processes)
        match self.rng.choice(["say", "say", "tell", "tell", "write", "take", "look", "die"]):
            case "say" if process.live is not None:
                self.said += 1
                process.live.say({"kind": "delta", "text": f"{process.live.lease.epoch}.{self.said} "})
            case "tell":
                process.tell()
            case "write":
                process.write()
            case "take" if self.rng.random() < 0.3:  # the one before may live on and not know
                self.take()
            case "look":
                self.look()
            case "die" if self.rng.random() < 0.2:
                process.live = None


_HERE: ContextVar[Process] = ContextVar("here")


class _HubHere:
    def __getattr__(self, name: str) -> object:
        return getattr(_HERE.get().hub, name)


async def read(process: Process, rng: random.Random) -> tuple[str, bool]:
    """Reads to the end, at times leaving and coming back to any process; the text, and whether words that stood
    there were taken back.
    """
    text, after, taken_back = "", 0, False
    while True:
        _HERE.set(process)
        stay = rng.randrange(1, 12)
        async with aclosing(watch(GENERATION, after)) as lines:
            async for seq, event in lines:
                assert follows(after, seq, event)
                before, after, text = text, seq, text_with(text, event)
                taken_back |= not text.startswith(before)
                if event["kind"] == "end":
                    return text, taken_back
                for _ in range(rng.choice([0, 0, 0, 9])):
                    await asyncio.sleep(0)  # a slow one
                if (stay := stay - 1) < 0:
                    break
        process = rng.choice(process.site.processes)


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    async def in_database(_read: object, _generation: uuid.UUID, after: int) -> tuple[Lines, bool]:
        site = _HERE.get().site
        site.read += 1
        await asyncio.sleep(0)
        over, found = site.is_over, Lines()
        for seq, event in site.log:
            if seq > after:
                assert follows(after, seq, event), "the log has a gap"
                after = seq
                found.append((seq, event))
        await asyncio.sleep(0)  # others go on meanwhile
        return found, over

    monkeypatch.setattr(watching, "hub", _HubHere())
    monkeypatch.setattr(watching, "writer", _HERE.get)
    monkeypatch.setattr(watching, "in_database", in_database)
    monkeypatch.setattr(watching, "look_out", lambda: None)
    monkeypatch.setattr("apps.chat.generation.delivery.hub.BOUND", 4)


async def lived(seed: int) -> tuple[Site, list[tuple[str, bool]]]:
    """What `seed` makes of a site, and what each of its readers came to, see `read`."""
    rng = random.Random(seed)
    site = Site(rng)
    readers: list[asyncio.Task[tuple[str, bool]]] = []
    for _ in range(60):
        if rng.random() < 0.15:
            reader = read(rng.choice(site.processes), random.Random(rng.random()))
            readers.append(asyncio.create_task(reader))
        site.step()
        for _ in range(rng.randrange(3)):
            await asyncio.sleep(0)
    if site.owner.live is None:
        site.take()
    site.owner.end()
    for process in site.processes:
        process.tell()  # who has lost the lease and does not know tells a little more
    async with asyncio.timeout(60):
        while not all(reader.done() for reader in readers):
            site.look()
            await asyncio.sleep(0)
    return site, [reader.result() for reader in readers]


@pytest.mark.parametrize("seeds", [range(start, start + 100) for start in range(0, 500, 100)], ids=str)
def test_all_readers_end_with_what_the_log_says_whoever_died_hung_or_went_on(seeds: range) -> None:
    for seed in seeds:
        site, read_by = asyncio.run(lived(seed))
        kept = fold(site.log).text
        assert {text for text, _ in read_by} <= {kept}, f"seed {seed}"


async def heard_by(process: Process, heard: list[str]) -> None:
    _HERE.set(process)
    async for _seq, event in watch(GENERATION, 0):
        heard.append(event.get("text", "end"))


async def all_else() -> None:
    """Everybody does what they can."""
    for _ in range(20):
        await asyncio.sleep(0)


def say(site: Site, *texts: str) -> None:
    for text in texts:
        site.owner.live.say({"kind": "delta", "text": text})
        site.owner.tell()


@pytest.mark.asyncio
async def test_who_joins_where_the_answer_is_written_has_at_once_what_is_told_and_not_written() -> None:
    site, heard = Site(random.Random(0)), list[str]()
    say(site, "a")
    site.owner.write()
    say(site, "b", "c")
    reader = asyncio.create_task(heard_by(site.owner, heard))
    await all_else()
    assert heard == ["a", "b", "c"]
    site.owner.end()
    await asyncio.wait_for(reader, 60)


@pytest.mark.asyncio
async def test_a_lost_message_costs_a_reader_one_look_at_the_log_once_it_is_written() -> None:
    site, heard = Site(random.Random(0)), list[str]()
    site.loses = 0
    reader = asyncio.create_task(heard_by(next(one for one in site.processes if one is not site.owner), heard))
    await all_else()
    say(site, "a")
    site.loses = 1
    say(site, "b")
    site.loses = 0
    say(site, "c", "d")
    await all_else()
    assert (heard, site.read) == (["a"], 1)
    site.owner.write()
    say(site, "e")
    await all_else()
    assert (heard, site.read) == (["a", "b", "c", "d", "e"], 2)
    site.owner.end()
    await asyncio.wait_for(reader, 60)
    assert (heard[-1], site.read) == ("end", 2)


@pytest.mark.asyncio
async def test_a_reader_behind_a_gap_who_is_told_too_much_reads_the_log_once_and_not_without_end() -> None:
    site, heard = Site(random.Random(0)), list[str]()
    site.loses = 0
    elsewhere = next(one for one in site.processes if one is not site.owner)
    reader = asyncio.create_task(heard_by(elsewhere, heard))
    await all_else()
    site.loses = 1
    say(site, "a")
    site.loses = 0
    say(site, *"bcd")
    await all_else()
    elsewhere.hub.poke(GENERATION)
    await asyncio.sleep(0)  # it reads, and meanwhile is told more than the four that one may be behind here
    say(site, *"ef")
    await all_else()
    assert (heard, site.read) == ([], 3)
    site.owner.write()
    say(site, "g")
    await all_else()
    assert "".join(heard) == "abcdefg"
    site.owner.end()
    await asyncio.wait_for(reader, 60)


def test_the_seeds_have_words_that_are_taken_back_from_readers_who_had_them() -> None:
    """The test above would be empty without."""

    async def taken_back(seed: int) -> bool:
        _site, read_by = await lived(seed)
        return any(taken for _text, taken in read_by)

    assert sum(asyncio.run(taken_back(seed)) for seed in range(50)) > 20
