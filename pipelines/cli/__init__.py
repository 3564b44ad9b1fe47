"""The command line: `netzlage run | shares | fetch | …`. Exit codes: 0 done, 1 failed, 2 wrong use or bad input."""

import importlib
import itertools
import sys

import click
import stamina.instrumentation
from rich.console import Console

from geodata.errors import NetzlageError
from geodata.messages import LANGUAGES, sentence
from pipelines.cli.usage import told

# Where each command lies. A module is imported when its command is asked for: the graph and its libraries take seconds, and
# processes that a command starts import this file anew.
COMMANDS = {
    "run": "run:run",
    "shares": "shares:shares",
    "compare": "compare:compare",
    "answer": "answer:answer",
    "addresses": "addresses:addresses",
    "address": "address:address",
    "report": "report:report",
    "whitespots": "whitespots:whitespots",
    "serve": "serve:serve",
    "doctor": "doctor:doctor",
    "demo": "demo:demo",
    "fetch": "fetch:fetch_command",
    "publish": "publish:publish",
    "rollback": "publish:rollback",
    "push": "store:push",
    "pull": "store:pull",
    "unlock": "store:unlock",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as click calls it
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(importlib.import_module(f"pipelines.cli.{module}"), name)
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(LANGUAGES), default="de", show_default=True, help="Sprache der Meldungen / language of messages.")
@click.pass_context
def cli(context: click.Context, lang: str) -> None:
    """Netzlage: Anteile, Ziele und Karten zur Breitband- und Mobilfunkversorgung."""
    context.obj = lang


def main() -> None:
    """Run the command line; an error for the user goes to stderr as one message, in the language asked for."""
    lang = "en" if "--lang=en" in sys.argv or _follows(sys.argv, "--lang", "en") else "de"
    stamina.instrumentation.set_on_retry_hooks(())  # what was tried in vain stands in the error; lines between would break the table
    err = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        cli.main(standalone_mode=False, args=_language_first(sys.argv[1:]))
    except NetzlageError as error:
        err.print(error.message(lang), style="red", markup=False)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        err.print(sentence("wrong_use", lang, found=told(error, lang)), style="red", markup=False)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        err.print(sentence("interrupted", lang), markup=False)
        sys.exit(1)


def _follows(words: list[str], option: str, value: str) -> bool:
    return any(a == option and b == value for a, b in itertools.pairwise(words))


def _language_first(words: list[str]) -> list[str]:
    """`--lang en` may stand anywhere: it is moved before the command."""
    for i, word in enumerate(words):
        if word.startswith("--lang="):
            return [word, *words[:i], *words[i + 1 :]]
        if word == "--lang" and i + 1 < len(words):
            return [*words[i : i + 2], *words[:i], *words[i + 2 :]]
    return words
