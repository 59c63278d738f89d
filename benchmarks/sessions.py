"""Many sessions at once: do all of them work, how long do they wait, what memory does it take.

Run: `.venv/bin/python benchmarks/sessions.py [-n 50] [--think 2]`. It starts a server of its own,
as `make app` does, and opens N sessions with Streamlit's own protocol (`client.py`). Each walks as
a visitor does: the map, another metric, three parks, a filter, and every other page, with a pause
of up to twice ``--think`` seconds before each step. The clients run in this process, on the same
cores as the server, so the times are an upper bound.

The baseline of every time is one session alone on the same warm server, walking the same way
without pauses. A fault is an exception or an error on a page, a socket that dropped, a step that
could not be taken, a traceback in the server's log.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from client import Rerun, Server, Session, served, watched

PARKS = ("xinzhuang", "zizhu", "maqiao", "neobay", "pujiang", "lianhua")
OTHER_PAGES = ("parks", "finder", "schemes", "data", "trace", "export")
KEPT_S = 120  # how long Streamlit keeps a session whose tab was closed
Step = tuple[str, Callable[[Session], Awaitable[Rerun]]]


def walk(chance: random.Random) -> list[Step]:
    """Return the steps of one visitor."""

    async def metric(page: Session) -> Rerun:
        return await page.choose("metric-zh", chance.choice(page.options("metric-zh")))

    async def park(page: Session) -> Rerun:
        name = chance.choice(PARKS)
        return await page.click({"zone": name, "park": name, "seq": chance.random()})

    async def narrow(page: Session) -> Rerun:
        return await page.pick("parks-zh", *chance.sample(page.options("parks-zh"), 2))

    async def widen(page: Session) -> Rerun:
        return await page.pick("parks-zh")

    async def english(page: Session) -> Rerun:
        return await page.pick("lang", "English")

    def to(name: str) -> Step:
        return f"page {name}", lambda page: page.press(f"page-{name}")

    return [
        ("open", lambda page: page.open()),
        *[("change metric", metric)] * 2,
        *[("choose park", park)] * 3,
        ("filter", narrow),
        ("filter", widen),
        *map(to, chance.sample(OTHER_PAGES, len(OTHER_PAGES))),
        to("map"),
        ("language", english),
    ]


@dataclass
class Outcome:
    """What a number of visitors met."""

    times: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    received: int = 0
    steps: int = 0

    def add(self, name: str, done: Rerun) -> None:
        """Count a step."""
        self.times.setdefault(name, []).append(done.seconds)
        self.received += done.received + done.frame_bytes
        self.steps += 1


async def visit(server: Server, outcome: Outcome, number: int, think: float) -> Session:
    """Walk as one visitor; leave the page open."""
    chance = random.Random(number)
    page = Session(server)
    name = "open"
    try:
        for name, step in walk(chance):
            await asyncio.sleep(chance.uniform(0, 2 * think))
            if name.startswith("page ") and not page.has(f"page-{name.removeprefix('page ')}"):
                continue  # a page that this app does not have
            outcome.add(name, await step(page))
    except Exception as error:  # every kind of fault counts
        outcome.faults.append(f"session {number}, {name}: {type(error).__name__}: {error}")
    outcome.faults += [f"session {number}: {fault}" for fault in page.faults]
    return page


async def together(server: Server, count: int, think: float) -> tuple[Outcome, list[Session]]:
    """Let visitors walk at once."""
    outcome = Outcome()
    pages = await asyncio.gather(
        *(visit(server, outcome, number, think) for number in range(count))
    )
    return outcome, pages


def table(alone: Outcome, many: Outcome) -> None:
    """Print how long each kind of step took."""
    print(f"{'step':<16}{'alone':>9}{'median':>9}{'ratio':>8}{'95 %':>9}{'longest':>9}{'runs':>6}")
    for name, times in sorted(many.times.items()):
        base, median = statistics.median(alone.times[name]), statistics.median(times)
        late = sorted(times)[max(0, round(0.95 * len(times)) - 1)]
        cells = (base, median, late, max(times))
        one, middle, most, worst = (f"{1000 * value:6.0f} ms" for value in cells)
        print(f"{name:<16}{one}{middle}{median / base:7.1f}x{most}{worst}{len(times):6d}")


async def measure(server: Server, count: int, think: float) -> tuple[Outcome, Outcome, float]:
    """Walk alone, then together, then leave; return the outcomes and the seconds together."""
    first, pages = await together(server, 1, 0)  # makes what is made once
    alone = Outcome()
    for number in range(5):
        pages.append(await visit(server, alone, number, 0))
    for page in pages:
        await page.close()
    alone.faults += first.faults
    before = server.rss_mb()
    start = time.perf_counter()
    with watched(server) as memory:
        many, pages = await together(server, count, think)
        seconds = time.perf_counter() - start
    held = server.rss_mb()
    for page in pages:
        await page.close()
    print(f"memory of the server, MB: {before:.0f} before, {max(memory):.0f} at most, {held:.0f} ")
    print(f"with {count} pages open, that is {(held - before) / count:.1f} a session")
    return alone, many, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", "--sessions", type=int, default=50)
    parser.add_argument("--think", type=float, default=2.0, help="mean pause of a visitor, seconds")
    parser.add_argument(
        "--after", action="store_true", help=f"wait {KEPT_S} s and tell the memory after all left"
    )
    asked = parser.parse_args()
    with served("serve.py") as server:
        print(f"memory of the server, MB: {server.rss_mb():.0f} at its start")
        alone, many, seconds = asyncio.run(measure(server, asked.sessions, asked.think))
        if asked.after:
            time.sleep(KEPT_S + 10)
            print(f"memory of the server, MB: {server.rss_mb():.0f} after all have left")
        log = server.logged()
        alive = server.process.poll() is None
    rate, data = many.steps / seconds, many.received / 1e6
    print(f"{many.steps} steps in {seconds:.1f} s, {rate:.0f} a second, {data:.0f} MB sent")
    table(alone, many)
    faults = [*alone.faults, *many.faults]
    faults += ["the server's log has a traceback"] * ("Traceback" in log or "ERROR" in log)
    faults += ["the server has ended"] * (not alive)
    for fault in faults[:20]:
        print(f"FAULT {fault}")
    if "ERROR" in log:
        print(f"the server's log from its first error on:\n{log[log.index('ERROR') :][:2000]}")
    print(f"{asked.sessions} sessions at once: {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
