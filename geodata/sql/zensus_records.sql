-- Grain: one row per record of a Zensus grid file, in the order of the file; row counts records from 1.
-- Inputs: zensus_texts (grid_id, x, y, value, ending, overflow, beyond; all text, null where a field is not there); grid_id is null where
-- the file has no such column, ending is the last column of its header. Variables: cell_m; whole (1: only whole numbers count), highest.
-- Units: x_m, y_m metres in EPSG:3035 (centres). reason, at and text are null for a record that can be used; at names the column's role.
-- A suppressed value (–, −1, −9) or an empty one is null and no fault.
WITH trimmed AS (
    SELECT
        row_number() OVER () AS row,
        trim(grid_id) AS grid_id,
        trim(x) AS x,
        trim(y) AS y,
        replace(trim(value), ',', '.') AS value,
        ending IS NULL OR coalesce(trim(overflow), '') <> '' OR beyond IS NOT NULL AS torn
    FROM zensus_texts
),

numbers AS (
    SELECT
        row,
        grid_id,
        x,
        y,
        value,
        torn,
        CASE WHEN regexp_full_match(x, '[0-9]{1,8}([.,]0+)?') THEN CAST(regexp_extract(x, '^[0-9]+') AS INTEGER) END AS x_m,
        CASE WHEN regexp_full_match(y, '[0-9]{1,8}([.,]0+)?') THEN CAST(regexp_extract(y, '^[0-9]+') AS INTEGER) END AS y_m,
        coalesce(value, '') IN ('', '–', '-', '−') AS suppressed,
        CASE WHEN regexp_full_match(value, '-?[0-9]{1,15}([.][0-9]{1,15})?') THEN CAST(value AS DOUBLE) END AS number
    FROM trimmed
),

judged AS (
    SELECT
        *,
        CASE
            WHEN torn THEN 'zensus_field_count'
            WHEN x_m IS NULL OR y_m IS NULL OR (number IS NULL AND NOT suppressed) THEN 'not_a_number'
            WHEN
                x_m % getvariable('cell_m') <> getvariable('cell_m') // 2
                OR y_m % getvariable('cell_m') <> getvariable('cell_m') // 2 THEN 'not_a_centre'
            WHEN
                grid_id
                <> 'CRS3035RES' || getvariable('cell_m') || 'mN' || (y_m - getvariable('cell_m') // 2)
                || 'E' || (x_m - getvariable('cell_m') // 2) THEN 'centre_contradicts'
            WHEN
                number NOT IN (-1, -9)
                AND (
                    number < 0 OR number > getvariable('highest')
                    OR (getvariable('whole') = 1 AND number <> floor(number))
                ) THEN 'not_a_cell_figure'
        END AS reason
    FROM numbers
)

SELECT
    row,
    x_m,
    y_m,
    reason,
    CASE WHEN number NOT IN (-1, -9) THEN number END AS value,
    CASE
        WHEN reason = 'zensus_field_count' THEN ''
        WHEN reason = 'centre_contradicts' THEN 'grid_id'
        WHEN reason = 'not_a_cell_figure' THEN 'value'
        WHEN reason = 'not_a_number' THEN CASE WHEN x_m IS NULL THEN 'x' WHEN y_m IS NULL THEN 'y' ELSE 'value' END
        WHEN reason = 'not_a_centre' THEN CASE WHEN x_m % getvariable('cell_m') <> getvariable('cell_m') // 2 THEN 'x' ELSE 'y' END
    END AS at,
    CASE
        WHEN reason = 'zensus_field_count' THEN concat_ws(';', grid_id, x, y, value)
        WHEN reason = 'centre_contradicts' THEN grid_id || ' / ' || x || ' ' || y
        WHEN reason = 'not_a_number' THEN CASE WHEN x_m IS NULL THEN x WHEN y_m IS NULL THEN y ELSE value END
        WHEN reason = 'not_a_cell_figure' THEN value
        WHEN reason = 'not_a_centre' THEN CASE WHEN x_m % getvariable('cell_m') <> getvariable('cell_m') // 2 THEN x ELSE y END
    END AS text
FROM judged
