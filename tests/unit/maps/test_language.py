"""The texts of the site: both languages, the same placeholders, and none that no page uses."""

import re
from pathlib import Path

import maps
from maps.language import LANGUAGES, texts
from maps.themes import THEMES

FOLDER = Path(maps.__file__).parent


def test_every_text_is_there_in_both_languages_with_the_same_placeholders() -> None:
    for key, entry in texts().items():
        assert sorted(entry) == ["de", "en"], key
        assert len({tuple(sorted(re.findall(r"{(\w+)}", text))) for text in entry.values()}) == 1, key
    for theme in THEMES:
        assert bool(theme.note_de) == bool(theme.note_en)
        assert theme.title_de != theme.title_en


def test_every_text_is_used() -> None:
    code = "".join(p.read_text("utf-8") for p in FOLDER.rglob("*") if p.suffix in {".py", ".html"})
    families = {m.split("{")[0] for m in re.findall(r'"([a-z_]+\.[a-z_]*)\{', code)} | {
        "group.",
        "search.",
        "module.",
        "basis.",
        "status.",
        "run.",
    }
    unused = [k for k in texts() if f'"{k}"' not in code and f"'{k}'" not in code and not any(k.startswith(f) for f in families)]
    assert unused == []


def test_legal_pages_exist_in_both_languages_with_the_same_placeholders() -> None:
    for german in sorted((FOLDER / "legal").glob("*.de.md")):
        english = german.with_name(german.name.replace(".de.md", ".en.md"))
        fields = [set(re.findall(r"{(\w+)}", p.read_text("utf-8"))) for p in (german, english)]
        assert fields[0] == fields[1]
    assert len(list((FOLDER / "legal").glob("*.md"))) == 2 * len(LANGUAGES) * 2
