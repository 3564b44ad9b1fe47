"""What a wrong call is told, in German; English is what click says."""

import re

import click

from geodata.messages import sentence


def told(error: click.ClickException, lang: str) -> str:
    """What is wrong with a call, as one sentence or two in `lang`."""
    text = error.format_message()
    if lang == "en":
        return text
    if isinstance(error, click.MissingParameter) and error.param:
        text = sentence("usage_missing", name=_name(error.param), expected=_expected(error.param.type))
    elif isinstance(error, click.BadParameter) and error.param:
        found = re.search(r"'(.*?)'", error.message) or re.match(r"(\S+)", error.message)
        text = sentence("usage_value", name=_name(error.param), found=found[1] if found else "–", expected=_expected(error.param.type))
    elif isinstance(error, click.NoSuchOption):
        text = sentence("usage_no_option", name=error.option_name) + _near(error.possibilities)
    elif isinstance(error, click.exceptions.NoSuchCommand):
        text = sentence("usage_no_command", name=error.command_name) + _near(error.possibilities)
    elif isinstance(error, click.BadOptionUsage):
        text = sentence("usage_option", name=error.option_name)
    elif found := re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", text):
        text = sentence("usage_extra", found=found[1])
    return text


def _name(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name


def _near(names: list[str] | None) -> str:
    return " " + sentence("usage_near", expected=", ".join(names)) if names else ""


def _expected(kind: click.ParamType[object]) -> str:
    """What a parameter of a kind takes."""
    if isinstance(kind, click.Choice):
        return ", ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        return sentence("usage_from_to", lower="…" if kind.min is None else kind.min, upper="…" if kind.max is None else kind.max)
    if isinstance(kind, click.Path):
        return sentence("usage_folder" if kind.dir_okay and not kind.file_okay else "usage_path")
    names = {"integer": "usage_integer", "float": "usage_number", "datetime": "usage_date"}
    return sentence(names.get(kind.name, "usage_text"))
