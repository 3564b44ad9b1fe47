"""`netzlage demo`: write the demonstration data, up to the Land's real size, in the publishers' formats."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from geodata import demo as generator
from geodata.errors import InputError
from geodata.messages import sentence


@click.command(help="Demonstrationsdaten schreiben / write demonstration data.")
@click.option(
    "--scale",
    default=generator.DEFAULT_SCALE,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="Teil der wirklichen Größe / part of the real size.",
)
@click.option("--seed", default=5, show_default=True, type=click.IntRange(0), help="Startwert / seed.")
@click.option("--output", required=True, type=click.Path(file_okay=False), help="Ordner für die Dateien / folder for the files.")
@click.option("--every-stand", is_flag=True, help="Meldungen und Gitter für alle Stände / deliveries and grids for every Stand.")
@click.pass_obj
def demo(lang: str, scale: float, seed: int, output: str, *, every_stand: bool) -> None:
    """Write the files and say how many."""
    out = Console(highlight=False, soft_wrap=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn(), console=out
    ) as bar:
        task = bar.add_task(sentence("steps", lang), total=len(generator.STEPS))

        def step(name: str) -> None:
            bar.update(task, description=name, completed=generator.STEPS.index(name))

        try:
            files = generator.generate(Path(output), seed=seed, scale=scale, every_stand=every_stand, progress=step)
        except OSError as error:
            raise InputError("output_not_writable", output=output, found=error.strerror or str(error)) from error
        bar.update(task, completed=len(generator.STEPS))
    size = sum(f.stat().st_size for f in files)
    out.print(sentence("demo_mark", lang), style="bold", markup=False)
    out.print(sentence("demo_written", lang, count=len(files), size=f"{size / 1e6:.0f}", output=output), markup=False)
