"""`./run bench`: CPU of our pages against the floor page, alternated on one server; memory, start, bytes.

Absolute times drift on shared cores, so the ratio to the floor page within one round is the figure that counts;
the table gives the median of the rounds and their range.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import psutil

from tests import right, servers
from tests.bench import backup, desk, learners
from tests.bench.client import Client, against, cpu, posts, repeat, sliced
from tests.visit import forms
from toolkit import cli_base, db, paths, pdf
from toolkit.services.modules_load import load_folder

BUDGETS = {
    "front page, unknown": 1.2,
    "course page": 2.5,
    "lesson page": 2.0,
    "law-map lesson": 2.0,
    "five sectors in one lesson": 2.0,
    "quiz page, one item": 2.0,
    "one answer": 3.0,
    "last answer, with certificate": 4.0,
}


SLICE = 40  # requests between two looks at the floor page


@contextmanager
def running(folder: Path) -> Iterator[tuple[int, psutil.Process, float]]:
    """Run the measured server; give its port, process and seconds to the first answer."""
    port = servers.free_port()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server", str(port), str(folder)],
        env={**os.environ, "TOOLKIT_DATA": str(folder), "PORT": str(port)},
        cwd=paths.ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                Client(port).get("/en/")
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server ended") from None
                time.sleep(0.02)
        yield port, psutil.Process(process.pid), time.monotonic() - started
    finally:
        process.terminate()
        process.wait(timeout=20)


def answer_forms(port: int, taken: list[learners.Learner], n: int) -> list[tuple[str, str, str]]:
    """Open the n-th item of each learner and fill in the right answer; nothing of this is measured."""
    prepared = []
    client = Client(port)
    for learner in taken:
        client.be(learner.token)
        html = client.text(f"/en/attempts/{learner.attempt}")
        form = next(form for form in forms(html) if form.id == "answer")
        values = {**form.fields, **right.answer(learner.items[n - 1])}
        prepared.append((learner.token, f"/en/attempts/{learner.attempt}/answers/{n}", urlencode(values, doseq=True)))
    return prepared


def measure(port: int, process: int, folder: Path, *, rounds: int, count: int) -> dict[str, list[float]]:
    """Alternate floor page and ours; give each page's ratios, one a round, and the floor's milliseconds."""
    found: dict[str, list[float]] = {"floor page (ms)": []}
    engine = db.make_engine(f"sqlite:///{folder / 'toolkit.db'}")
    guest = learners.make(engine, folder, 1)[0]
    learners.answer(engine, folder, guest, 3)
    anonymous, known, sender = Client(port), Client(port, guest.token), Client(port)
    pages = {
        "front page, unknown": (anonymous, "/en/"),
        "course page": (known, "/en/courses/basics"),
        "lesson page": (known, "/el/courses/basics/m01/1-1"),
        "law-map lesson": (known, "/el/courses/core/m03/3-1"),
        "five sectors in one lesson": (known, "/el/courses/core/m04/4-2"),
        "quiz page, one item": (known, f"/en/attempts/{guest.attempt}"),
        "help page": (anonymous, "/el/help/cy"),
        **desk.pages(engine, folder, port),
    }
    floor_slice = repeat(anonymous, "/floor/a", SLICE)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds} …", file=sys.stderr)
        for name, (client, path) in pages.items():
            repeat(client, path, 20)()
            floor, ours = against(process, floor_slice, [repeat(client, path, SLICE)] * (count // SLICE))
            found["floor page (ms)"].append(floor)
            found.setdefault(name, []).append(ours / floor)
        few = max(40, count // 4)
        taken = learners.make(engine, folder, few)
        for name, n in (("one answer", 1), ("last answer, with certificate", learners.ITEMS)):
            for learner in taken:
                learners.answer(engine, folder, learner, n - 1)
            prepared = answer_forms(port, taken, n)
            floor, ours = against(process, floor_slice, [posts(sender, some) for some in sliced(prepared, SLICE // 2)])
            found.setdefault(name, []).append(ours / floor)
        signing_in = desk.sign_in_forms(Client(port), few // 2)
        posts(sender, signing_in[:4])()
        found.setdefault("sign-in, whole request (ms)", []).append(cpu(process, posts(sender, signing_in[4:])))
        found.setdefault("sign-in, the hash (ms)", []).append(desk.hash_cpu(few // 2))
        names = learners.name_forms(Client(port), taken)
        posts(sender, names[:8], 200)()
        found.setdefault("certificate, whole request (ms)", []).append(cpu(process, posts(sender, names[8:], 200)))
        found.setdefault("certificate, the sheet (ms)", []).append(sheet_cpu(few))
    engine.dispose()
    return found


def sheet_cpu(count: int) -> float:
    """Measure the CPU of making the PDF alone, in this process, each with its own code and signature."""
    fields = learners.sheet()
    pdf.certificate_pdf(fields(0))
    before = time.process_time()
    for number in range(count):
        pdf.certificate_pdf(fields(number))
    return (time.process_time() - before) / count * 1000


def main() -> None:
    """Measure and print the table; with "backup" as first word the backup instead."""
    if sys.argv[1:2] == ["backup"]:
        backup.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=400, help="requests per page and round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="toolkit-bench-") as name:
        folder = Path(name)
        engine = db.make_engine(f"sqlite:///{folder / 'toolkit.db'}")
        cli_base.migrate(engine)
        with db.write_session(engine) as session:
            load_folder(session, paths.MODULES, now=datetime.now(UTC))
        engine.dispose()
        with running(folder) as (port, process, first):
            found = measure(port, process.pid, folder, rounds=options.rounds, count=options.count)
            memory = process.memory_info().rss / 1024**2
    report(found, memory, first)
    shutil.rmtree(folder, ignore_errors=True)


def report(found: dict[str, list[float]], memory: float, first: float) -> None:
    """Print the table of docs/performance.md."""
    print("| page | CPU ÷ floor page, median (range) | budget |\n|---|---|---|")
    for name, values in found.items():
        middle = f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
        budget = f"≤ {BUDGETS[name]}" if name in BUDGETS else ("≤ 10" if "sheet" in name else "")
        print(f"| {name} | {middle} | {budget} |")
    print(f"| memory of one process (MB) | {memory:.0f} | ≤ 150 |")
    print(f"| start to first answer (s) | {first:.1f} | ≤ 3 |")
    print(f"\nLoad average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, SQLite, one waitress process.")


if __name__ == "__main__":
    main()
