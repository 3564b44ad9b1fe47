"""The standalone map of a theme: one folium page of the Kreise, for downloading and framing."""

from collections.abc import Sequence

from markupsafe import Markup

from maps.atlas import Atlas
from maps.choropleth import MapParts, script_hash, style
from maps.language import Language
from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, SCALES, labels
from maps.render import NO_CLASS, environment, script_json, share_class
from maps.themes import Series, StandView
from maps.wording import sources, target_card


def standalone_page(atlas: Atlas, series: Series, parts: MapParts, t: Language) -> str:
    """The page around a choropleth of the Kreise."""
    theme, views, content = series.theme, series.levels["kreis"], atlas.content
    rows = content.targets[content.targets["target_id"] == theme.target_id]
    target = target_card(rows, t) if len(rows) else None
    required = _required(atlas, theme.target_id)
    data = {
        "lang": t.code,
        "texts": {
            "noData": t("word.no_data"),
            "missing": t("module.missing_points", points="#"),
            "reached": t("module.reached"),
            "zoomIn": t("module.zoom_in"),
            "zoomOut": t("module.zoom_out"),
        },
        "map": parts.map_name,
        "layer": parts.layer_name,
        "names": {area.ags: area.name for area in atlas.kreise},
        "styles": {str(NO_CLASS): style(None)} | {str(i): style(low / 100, theme.scale) for i, low in enumerate(SCALES[theme.scale])},
        "target": {"share": required, "label": t("standalone.target", required=t.percent(required))} if required is not None else None,
        "views": _views(views, theme.scale, t),
    }
    return (
        environment()
        .get_template("standalone.html")
        .render(
            t=t,
            root="../../" if t.folder else "../",
            base="../",
            demo=content.demo,
            demo_scale=content.demo_scale,
            theme=theme,
            views=views,
            kreise=atlas.kreise,
            target=target if target and target["stand"] else None,
            legend=list(zip(COLOURS, labels(theme.scale, t), strict=True)),
            no_data_line=NO_DATA_LINE,
            no_data_ground=NO_DATA_GROUND,
            sources=sources(content, series.source_ids),
            script_hashes=[script_hash(parts.script)],
            map_body=Markup(parts.body),  # noqa: S704  # made by folium, holds no data
            map_script=Markup(parts.script),  # noqa: S704  # coordinates and keys; cannot end its element
            data=script_json(data),
        )
    )


def _views(views: Sequence[StandView], scale: str, t: Language) -> dict[str, object]:
    return {
        view.stand.isoformat(): {
            "line": t("module.basis_line", stand=t.date(view.stand), basis=t(f"basis.{view.basis}")),
            "shares": view.shares,
            "classes": {ags: share_class(share, scale) for ags, share in view.shares.items()},
        }
        for view in views
    }


def _required(atlas: Atlas, target_id: str) -> float | None:
    row = atlas.targets.get((target_id, atlas.land))
    value = float(str(row["required_share"])) if row else float("nan")
    return None if value != value else value  # noqa: PLR0124  # NaN
