"""Numbers, dates and verdicts of an answer as people read them, in German or English."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from geodata.answers.collect import Row
from geodata.messages import sentence
from geodata.targets import verdict_of

CM2_PER_KM2 = Decimal(10**10)
LAND_DIGITS = 2


def local(text: str, lang: str) -> str:
    """A number written the English way as `lang` writes it."""
    return text if lang == "en" else text.translate(str.maketrans(".,", ",."))


def percent(share: float, lang: str) -> str:
    """A share as percent with two digits."""
    return local(f"{share * 100:.2f}", lang) + "\u00a0%"


def date(day: dt.date | None) -> str:
    """A date as 30.06.2021."""
    return f"{day:%d.%m.%Y}" if day else "–"


def unit(row: Row, lang: str) -> str:
    """What numerator and denominator count."""
    return sentence("unit_area" if row.figure.subject.startswith("area") else f"unit_{row.figure.subject}", lang)


def amount(row: Row, value: Decimal | None) -> float | None:
    """Numerator or denominator in its unit: km² for areas, else what is counted."""
    if value is None:
        return None
    return round(float(value / CM2_PER_KM2), 2) if row.figure.subject.startswith("area") else float(value)


def value(row: Row, lang: str) -> str:
    """The share, or the number of a count, or why there is none."""
    if row.figure.is_count and row.numerator is not None:
        return local(f"{row.numerator:,.0f}", lang)
    if row.share is None:
        return sentence(row.remark or "answer_no_data", lang)
    return percent(row.share, lang) + (sentence("answer_estimated", lang) if row.estimated else "")


def counts(row: Row, lang: str) -> str:
    """Numerator and denominator with their unit; a dash where only the share is published."""
    pair = amount(row, row.numerator), amount(row, row.denominator)
    if pair[0] is None or pair[1] is None:
        return "–"
    digits = 2 if row.figure.subject.startswith("area") else 0
    return f"{local(f'{pair[0]:,.{digits}f}', lang)} / {local(f'{pair[1]:,.{digits}f}', lang)} {unit(row, lang)}"


def basis(row: Row, lang: str) -> str:
    """Basis in words and the method's code."""
    return f"{sentence(f'basis_{row.basis}', lang)}, {row.method}" if row.basis else "–"


def verdict(target: Mapping[str, object], lang: str) -> str:
    """A target and how it stands, in one sentence."""
    if target["required_share"] is None:
        required = f"{local(format(target['required_count'], ','), lang)} {target['unit_en' if lang == 'en' else 'unit_de']}"
    else:
        required = percent(float(str(target["required_share"])), lang)
    status = sentence(f"status_{verdict_of(target)}", lang)
    if target["status"] == "not_observed_at_due_date":
        status = sentence("answer_last_stand", lang, stand=date(target["latest_stand"]))  # type: ignore[arg-type]
    gap = ""
    missing = []
    if target["gap_points"]:
        missing.append(sentence("answer_target_points", lang, points=local(f"{target['gap_points']:.2f}", lang)))
    if target["gap_count"]:
        unit_name = target["unit_en" if lang == "en" else "unit_de"]
        missing.append(f"{local(format(target['gap_count'], ','), lang)} {unit_name}")
        missing[-1] += sentence("answer_estimated", lang) if target["gap_estimated"] else ""
    if missing:
        gap = sentence("answer_target_gap", lang, missing=", ".join(missing))
    if target["kreis_rank"] is not None:
        gap += sentence("answer_rank", lang, rank=target["kreis_rank"], count=target["kreise_ranked"])
    if target["scope"] == "land" and len(str(target["ags"])) > LAND_DIGITS:
        gap += sentence("answer_orientation", lang)
    if _is_shown_beside(target):
        beside = percent(float(str(target["beside_share"])), lang)
        day = date(target["beside_stand"])  # type: ignore[arg-type]
        gap += sentence("answer_beside", lang, note=target["note_en" if lang == "en" else "note_de"], share=beside, stand=day)
    strictly = "> " if target["strictly_above"] else ""
    return sentence(
        "answer_target",
        lang,
        label=target["label_en" if lang == "en" else "label_de"],
        required=strictly + required,
        due=date(target["due"]),  # type: ignore[arg-type]
        status=status,
        gap=gap,
    )


def _is_shown_beside(target: Mapping[str, object]) -> bool:
    """Whether the figure beside a target belongs there: the note of a required share says that the figure had reached it."""
    beside, required = (target[name] for name in ("beside_share", "required_share"))
    if beside is None or required is None:
        return beside is not None
    beside, required = float(str(beside)), float(str(required))
    return beside > required or (beside == required and not target["strictly_above"])
