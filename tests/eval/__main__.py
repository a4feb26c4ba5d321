"""Print the tables: `make eval`."""

import time

from adapters.app import read_framework
from bot import vocabulary
from bot.guard_file import shipped
from bot.understanding import Index, find
from tests.adapters.town import ROOT
from tests.eval import measuring
from tests.test_guard import LONG


def main() -> None:
    framework = read_framework(ROOT / "framework.yaml")
    started = time.perf_counter()
    words = vocabulary.parse((ROOT / "words.yaml").read_text("utf-8"), "words.yaml", framework)
    index = Index(framework, words)
    built_s = time.perf_counter() - started
    for name, part in (("development", "dev"), ("measuring", "measure"), ("fresh voices", "fresh")):
        print(f"\n{name}")  # noqa: T201
        asked, given = measuring.cases(f"questions.{part}.tsv"), measuring.cases(f"kudos.{part}.tsv")
        for measure, share in (measuring.questions(index, asked) | measuring.kudos(index.suggester, given)).items():
            print(f"  {measure:45} {share}")  # noqa: T201
    print("\nwithout words.yaml, on the measuring part")  # noqa: T201
    for measure, share in measuring.questions(Index(framework), measuring.cases("questions.measure.tsv")).items():
        print(f"  {measure:45} {share}")  # noqa: T201
    print("\nlines: built on, and measuring")  # noqa: T201
    for part in ("build", "measure"):
        for measure, share in measuring.lines(index, measuring.line_cases(f"lines.{part}.tsv", framework)).items():
            print(f"  {measure:45} {share}")  # noqa: T201
    for name, part in (("measuring", "measure"), ("fresh voices", "fresh")):
        print(f"\nwho needs help: {name}")  # noqa: T201
        for measure, share in measuring.care_of(part).items():
            print(f"  {measure:45} {share}")  # noqa: T201
    for measure, share in measuring.ordinary(asked_and_given()).items():
        print(f"  {measure:45} {share}")  # noqa: T201
    guard = shipped()
    for part in ("build", "measure"):
        print(f"\nthe guard: {part}")  # noqa: T201
        for measure, share in measuring.guarded(guard, part).items():
            print(f"  {measure:45} {share}")  # noqa: T201
    usual = measuring.guard_ms(guard, [*measuring.guard_texts("pass", "measure"), *asked_and_given()])
    long_ms = measuring.guard_ms(guard, LONG)[-1]
    print(  # noqa: T201
        f"  a text p50 {usual[len(usual) // 2]:.3f} ms, p99 {usual[len(usual) * 99 // 100]:.3f} ms; "
        f"the worst of 40,000 characters {long_ms:.2f} ms"
    )
    times = []
    for case in measuring.cases("questions.measure.tsv"):
        started = time.perf_counter()
        find(index, case.text)
        times.append(time.perf_counter() - started)
    times.sort()
    long_s = time.perf_counter()
    find(index, "what is kindness " * 3000)
    long_s = time.perf_counter() - long_s
    print(  # noqa: T201
        f"\nbuilt in {built_s * 1000:.0f} ms; a question p50 {times[len(times) // 2] * 1000:.2f} ms, "
        f"p99 {times[len(times) * 99 // 100] * 1000:.2f} ms; 50,000 characters {long_s * 1000:.1f} ms"
    )


def asked_and_given() -> list[str]:
    """All questions and kudos that nothing was built on."""
    return [
        case.text
        for kind in ("questions", "kudos")
        for part in ("dev", "measure", "fresh")
        for case in measuring.cases(f"{kind}.{part}.tsv")
    ]


if __name__ == "__main__":
    main()
