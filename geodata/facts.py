"""The fact table `out_coverage__shares`: its key, its columns, and which of several methods speaks first. How rows are made is not here."""

import pyarrow as pa

KEY = (
    "ags",
    "level",
    "stand",
    "subject",
    "technology",
    "direction",
    "min_mbits",
    "operator",
    "rollout",
    "basis",
    "method",
    "boundary_edition",
    "source_id",
)
AMOUNT = pa.decimal128(24, 4)
# Of several figures for one measure the first is shown and judged: what an authority says, then what rests on the finest data.
METHODS = (
    "published",
    "status_list",
    "kreise_by_households",
    "addresses_union",
    "cells",
    "addresses_union_known",
    "cells_known",
    "cells_lower_bound",
    "cells_known_lower_bound",
    "cells_upper_bound",
    "cells_known_upper_bound",
    "gemeinden_by_households",
    "cells_unweighted",
    "register_count",
    "polygon_count",
    "addresses_best_operator",
    "addresses_best_operator_known",
    "p1812",
    "site_list",
)
FACTS = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("subject", pa.string()),
        ("technology", pa.string()),
        ("direction", pa.string()),
        ("min_mbits", pa.int32()),
        ("operator", pa.string()),
        ("rollout", pa.string()),
        ("basis", pa.string()),
        ("method", pa.string()),
        ("boundary_edition", pa.string()),
        ("source_id", pa.string()),
        ("numerator", AMOUNT),
        ("denominator", AMOUNT),
        ("share", pa.float64()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)
