"""What a file says about one of its layers: title, visibility, Stand, licence, attribution, and the demo mark."""

from geodata.exports.layers import Export, Layer
from geodata.messages import sentence


def about(export: Export, layer: Layer) -> dict[str, str]:
    """The statements by name, for metadata; no value is empty."""
    found = {
        "titel": layer.title,
        "export": export.title,
        "sichtbarkeit": layer.visibility,
        "stand": layer.stand.isoformat() if layer.stand else "",
        "lizenz": layer.licence,
        "quelle": layer.attribution,
        "hinweis": export.mark,
    }
    return {name: text for name, text in found.items() if text}


def about_line(export: Export, layer: Layer) -> str:
    """The same as one line for people."""
    lang = export.lang
    parts = [export.mark] if export.demo else []
    parts.append(sentence("export_visibility", lang, visibility=sentence(f"visibility_{layer.visibility}", lang)))
    if layer.stand:
        parts.append(sentence("export_stand", lang, stand=f"{layer.stand:%d.%m.%Y}"))
    if layer.licence:
        parts.append(sentence("export_licence", lang, licence=layer.licence))
    if layer.attribution:
        parts.append(sentence("export_source", lang, source=layer.attribution))
    return " · ".join(parts)
