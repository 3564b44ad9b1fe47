"""The whole fixed-line chain on the demo at the Land's real size: from raw files to shares, one Stand, at three scales."""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import measured
from benchmarks.run import Peer, Row, row
from benchmarks.scale import PLACES, run
from benchmarks.scale_tools import FIXED_STAND

SCALES = (0.25, 0.5, 1.0)
SEED = 5


def rows() -> list[Row]:
    """Time and peak memory of writing the demo and of the chain, per scale; the chain alone is what the figure is about."""
    found = []
    for scale in SCALES:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            made = [
                sys.executable,
                "-m",
                "pipelines.cli",
                "demo",
                "--scale",
                str(scale),
                "--seed",
                str(SEED),
                "--output",
                f"{scratch}/demo",
            ]
            one = measured(made, scratch=scratch)
            found.append(row(f"netzlage demo --scale {scale}", one.seconds, peak_mb=one.peak_mb))
            profile = scratch / "profil.toml"
            profile.write_text(one_stand(scratch / "demo"), "utf-8")
            chain = [sys.executable, "-m", "benchmarks.fixed_chain", str(profile), f"{scratch}/output"]
            one = measured(chain, scratch=scratch)
            found.append(row(f"raw files to shares, one Stand, scale {scale}", one.seconds, peak_mb=one.peak_mb))
            if scale == SCALES[-1]:
                found += in_parts(scratch / "output")
            shutil.rmtree(scratch / "output")
    return found


def in_parts(output: Path) -> list[Row]:
    """The cells of the fixed line alone, unsplit and in parts, from the tables of a finished chain."""
    whole = run("fixed", output, *PLACES[0])
    found = []
    for where, parts in PLACES:
        ours = run("fixed", output, where, parts)
        name = f"cells of the fixed line: {where}, {parts} parts, {ours.cpu:.0f} s CPU, {ours.own_mb:.0f} MB in the leading process"
        peer = Peer("unsplit", whole.seconds, ours.digest == whole.digest)
        found.append(row(name, ours.seconds, peak_mb=max(ours.own_mb, ours.worker_mb), peer=peer))
    return found


def one_stand(demo: Path) -> str:
    """The demo's profile with the files of one Stand (and of no Stand), read from `demo`."""
    head, *entries = Path("geodata/profiles/demo.toml").read_text("utf-8").split("[[files]]\n")
    kept = [e for e in entries if FIXED_STAND in e or any(s in e for s in ("vg250__", "zensus__", "gebref__"))]
    head = head[: head.index("[demo]")]
    return head + "".join("[[files]]\n" + e for e in kept).replace('"demo:', f'"{demo}/')
