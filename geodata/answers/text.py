"""A document as plain text for a terminal or a mail."""

from geodata.answers.document import Block, Grid, Heading

UNDERLINES = {1: "=", 2: "-"}
GAP = "  "


def as_text(document: list[Block]) -> str:
    """The document as text: headings underlined, tables in columns, commands on lines of their own."""
    lines: list[str] = []
    for block in document:
        if isinstance(block, Heading):
            lines += ["", block.text]
            if block.level in UNDERLINES:
                lines.append(UNDERLINES[block.level] * len(block.text))
        elif isinstance(block, Grid):
            lines += _table(block)
        else:
            lines.append(block.text)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(grid: Grid) -> list[str]:
    rows = [grid.heading, *grid.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(grid.heading))]
    return [GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
