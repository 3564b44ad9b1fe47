"""What a finished site says of the targets of the Land, against out_targets__status: the cards of the start page, the line of a theme.

Every figure and date of a card is read back from its page: value, bar, status, what is required, by when, of which Stand, what is missing.
"""

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.messages import sentence
from maps.language import LANGUAGES, Language
from maps.themes import THEMES

Row = Mapping[str, object]
_CARD = re.compile(r'<li class="kern-card card .*?</li>', re.DOTALL)
_NAME = re.compile(r"<h3>([^<]*)</h3>")
_VALUE = re.compile(r'<p class="value">([^<]*)</p>')
_BAR = re.compile(r'<rect width="([^"]*)" height="4" class="fill"/>')
_STATUS = re.compile(r'<span class="kern-label">([^<]*)</span>')
_PARTS = {"": _VALUE, "bar": _BAR, "status": _STATUS}
_ENTRY = re.compile(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>")
_LINE = re.compile(r'<p class="target">([^<]*)</p>')
_NUMBER = re.compile(r"(?<![\w.,])\d(?:[\d.,]*\d)?(?!\w)")


def wrong_targets(site: Path, targets: Sequence[Row], drawn: Sequence[str]) -> list[str]:
    """Sentences on what the pages say otherwise than the rows of site_targets.sql; `drawn` are the themes that have figures."""
    rows = {row["target_id"]: row for row in targets}
    found = []
    for language in LANGUAGES:
        page = f"{language.folder}index.html"
        cards = _cards((site / page).read_text("utf-8"))
        for row in targets:
            shown = cards.get(language.pick(dict(row), "wording"), {})
            for name, expected in _expected(row, language).items():
                text = shown.get(name, "–")
                with_unit = name in {language("start.required"), language("start.gap")}
                if not (_same_figures(text, expected) if with_unit else text == expected):
                    what = f"{row['target_id']}, {name}" if name else row["target_id"]
                    found.append(sentence("site_figure_wrong", page=page, what=what, found=text, expected=expected))
        for theme in THEMES:
            row = rows.get(theme.target_id, {})
            if theme.theme_id in drawn and _measured(row):
                page = f"{language.folder}karten/{theme.theme_id}.html"
                text = html.unescape("".join(_LINE.findall((site / page).read_text("utf-8"))))
                expected = _line(row, language)
                if text != expected:
                    found.append(sentence("site_figure_wrong", page=page, what=theme.target_id, found=text, expected=expected))
    return found


def _cards(page: str) -> dict[str, dict[str, str]]:
    """The cards by their headings: each entry of a card by its name as the page says it."""
    found = {}
    for card in _CARD.findall(page):
        entries = [(name, text) for name, pattern in _PARTS.items() for text in pattern.findall(card)] + _ENTRY.findall(card)
        found[html.unescape("".join(_NAME.findall(card)))] = {html.unescape(name): html.unescape(text) for name, text in entries}
    return found


def _expected(row: Row, language: Language) -> dict[str, str]:
    """The entries of a card by their names; of what is required and what is missing, the figures alone."""
    share, count, points, missing = (row[c] for c in ("actual_share", "actual_count", "gap_points", "gap_count"))
    required = language.number(row["required_count"]) if row["required_share"] is None else language.round_percent(row["required_share"])
    found = {
        "": language.percent(share) if share is not None or count is None else language.number(count),
        "bar": "–" if share is None else f"{round(min(float(str(share)), 1) * 100, 2)}",
        "status": _status(row, language),
        language("start.required"): required,
        language("start.due"): _date(row["due"], language),
        language("word.stand"): "–",
        language("start.gap"): "–",
    }
    if not _measured(row):
        return found
    gap = [language.points(points)] if points is not None else []
    gap += [language.number(missing)] if missing is not None else []
    gap = [language("word.none")] if points == 0 or (points is None and missing == 0) else gap
    return found | {language("word.stand"): _date(row["stand"], language), language("start.gap"): ", ".join(gap) or "–"}


def _line(row: Row, language: Language) -> str:
    """The sentence of a theme about its target."""
    actual = _expected(row, language)[""]
    due, stand = _date(row["due"], language), _date(row["stand"], language)
    wording = language.pick(dict(row), "wording")
    return language("theme.target", wording=wording, due=due, stand=stand, actual=actual, status=_status(row, language))


def _status(row: Row, language: Language) -> str:
    late = row["status"] == "reached" and row["was_met_by_due"] is False and str(row["stand"]) > str(row["due"])
    text = language("status.reached_late" if late else f"status.{row['status']}")
    if row["status"] != "not_observed_at_due_date":
        return text
    return language("status.last", status=text, stand=_date(row["stand"], language))


def _measured(row: Row) -> bool:
    return row.get("actual_share") is not None or row.get("actual_count") is not None


def _date(value: object, language: Language) -> str:
    return language.date(value if isinstance(value, dt.date) else None)


def _same_figures(text: str, expected: str) -> bool:
    """Whether a text has the figures of another one, in its order; without any, whether it is the same."""
    figures = _NUMBER.findall(expected)
    return _NUMBER.findall(text) == figures if figures else text == expected
