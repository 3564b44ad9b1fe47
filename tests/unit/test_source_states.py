"""How sources stand: new, missing, changed, current until a day, due on it."""

import datetime as dt

from geodata.catalogue import KnownEdition, known_editions
from geodata.source_states import LoadedFile, SourceState, is_reissued, source_states

KREISE = "breitbandatlas__kreise"
OLD, NEW = dt.date(2020, 12, 31), dt.date(2021, 6, 30)
KNOWN = {KREISE: (KnownEdition("households", OLD, "a.csv", 1, "aa"), KnownEdition("households", NEW, "b.csv", 1, "bb"))}


def state(*files: LoadedFile) -> SourceState:
    (found,) = source_states(files, known=KNOWN)
    return found


def test_a_known_edition_that_is_not_loaded_is_new_or_missing() -> None:
    late = state(LoadedFile(KREISE, "households", OLD, "aa"))
    assert (late.newest, late.published, late.missing, late.word()) == (OLD, NEW, (("households", NEW),), "new")
    hole = state(LoadedFile(KREISE, "households", NEW, "bb"))
    assert (hole.missing, hole.word()) == ((("households", OLD),), "current")


def test_official_bytes_other_than_the_known_ones_are_changed() -> None:
    files = [LoadedFile(KREISE, "households", OLD, "aa"), LoadedFile(KREISE, "households", NEW, "other")]
    assert state(*files).changed == (("households", NEW),)
    demo = [LoadedFile(KREISE, "households", NEW, "other", "demo"), LoadedFile(KREISE, "land_use", NEW, "not known")]
    assert state(*demo).changed == ()
    real = known_editions()[KREISE][0]
    assert is_reissued(KREISE, real.table, real.stand, ["other"])
    assert not is_reissued(KREISE, real.table, real.stand, ["other", real.sha256])
    assert not is_reissued(KREISE, "nothing", real.stand, ["other"])


def test_a_stand_is_current_until_the_next_is_usual_and_due_from_that_day() -> None:
    found = state(LoadedFile(KREISE, "households", NEW, "bb"))
    assert found.following == dt.date(2021, 12, 31)
    assert found.current_until == dt.date(2022, 6, 29)
    assert [found.word(day) for day in (None, dt.date(2022, 6, 28), dt.date(2022, 6, 29))] == ["current", "current", "due"]


def test_sources_without_rhythm_or_date_say_so() -> None:
    once, open_end = source_states([LoadedFile("zensus__grid", "t", OLD), LoadedFile("deliveries__offers", "t", OLD)], known={})[::-1]
    assert (once.word(), once.following, once.published) == ("once", None, None)
    assert (open_end.word(), open_end.current_until) == ("unannounced", None)
