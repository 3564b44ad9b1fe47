"""The order of the work: each table of each Stand once, and after everything that it reads, whatever is stale and whatever hangs on what."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from pipelines.plan import Batch, Step, batches

STANDS = ("2021-06-30", "2021-12-31", "2022-06-30", "2022-12-31")
THREE = [
    Step("cells", {}, by_stand=True, code_version=""),
    Step("parts", {"cells": True}, by_stand=False, code_version=""),
    Step("published", {"parts": False}, by_stand=True, code_version=""),
]
Made = tuple[str, str | None]


def parts_of(step: Step) -> list[str | None]:
    return list(STANDS) if step.by_stand else [None]


def read_by(step: Step, stand: str | None, by_name: dict[str, Step]) -> set[Made]:
    """What one table reads: of a table with Stände its own Stand, or all of them."""
    return {
        (name, other)
        for name, across in step.deps.items()
        for other in parts_of(by_name[name])
        if other is None or across or not step.by_stand or other == stand
    }


@st.composite
def plans(draw: Callable) -> tuple[list[Step], dict[str, set[str | None]]]:
    """Up to seven tables that read earlier ones, and what is stale: some of it and all that hangs on it."""
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 7))):
        deps = {s.name: draw(st.booleans()) for s in steps if draw(st.booleans())}
        steps.append(Step(f"t{number}", deps, draw(st.booleans()), ""))
    by_name = {s.name: s for s in steps}
    todo: dict[str, set[str | None]] = {}
    for step in steps:
        for stand in parts_of(step):
            hangs = any(other in todo.get(name, ()) for name, other in read_by(step, stand, by_name))
            if hangs or draw(st.booleans()):
                todo.setdefault(step.name, set()).add(stand)
    return steps, todo


def made(work: list[Batch], steps: list[Step]) -> list[Made]:
    """What runs of these batches make, in their order: a run makes the whole range of Stände of each of its tables."""
    found: list[Made] = []
    for batch in work:
        some = STANDS[STANDS.index(batch.stands[0]) : STANDS.index(batch.stands[-1]) + 1] if batch.stands else ()
        for step in steps:
            if step.name in batch.assets:
                found += [(step.name, s) for s in (some if step.by_stand else [None])]
    return found


@given(plans())
def test_each_table_is_made_once_and_after_what_it_reads(plan: tuple[list[Step], dict[str, set[str | None]]]) -> None:
    steps, todo = plan
    by_name = {s.name: s for s in steps}
    order = made(batches(todo, steps, STANDS), steps)
    assert sorted(order, key=str) == sorted(((n, s) for n, some in todo.items() for s in some), key=str)
    at = {one: number for number, one in enumerate(order)}
    for (name, stand), number in at.items():
        assert all(at.get(other, -1) < number for other in read_by(by_name[name], stand, by_name))


def test_a_first_run_of_everything_is_one_batch() -> None:
    todo: dict[str, set[str | None]] = {s.name: set(parts_of(s)) for s in THREE}
    assert batches(todo, THREE, STANDS) == [Batch(("cells", "parts", "published"), STANDS)]


def test_a_new_stand_comes_before_what_is_made_of_all() -> None:
    todo = {"cells": {STANDS[-1]}, "parts": {None}, "published": set(STANDS)}
    assert batches(todo, THREE, STANDS) == [Batch(("cells",), STANDS[-1:]), Batch(("parts", "published"), STANDS)]
