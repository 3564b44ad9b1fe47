-- Grain: one row per pair of clusters of two Stände that share members, per cluster without a successor, and per new cluster.
-- Inputs: $before, $after (core_whitespots__members of the two Stände), $stand_before, $stand, $kind, $break.
-- Units: members are addresses or cells, as `kind` says. unchanged: the same members; shrunk: all that are left were in the earlier one;
-- grown: all of the earlier one and more; changed: some left, some came; closed and new: no cluster of the other Stand shares a member.
WITH was AS (
    SELECT
        CAST(variant AS VARCHAR) AS variant,
        CAST(cluster_id AS VARCHAR) AS cluster_id,
        CASE WHEN kind = 'fixed_addresses' THEN CAST(point_row AS VARCHAR) ELSE cell_id || '/' || ags END AS member
    FROM read_parquet($before)
    WHERE cluster_id IS NOT NULL AND kind = $kind
),

now_ AS (
    SELECT
        CAST(variant AS VARCHAR) AS variant,
        CAST(cluster_id AS VARCHAR) AS cluster_id,
        CASE WHEN kind = 'fixed_addresses' THEN CAST(point_row AS VARCHAR) ELSE cell_id || '/' || ags END AS member
    FROM read_parquet($after)
    WHERE cluster_id IS NOT NULL AND kind = $kind
),

sizes_before AS (
    SELECT
        variant,
        cluster_id,
        count(*) AS members
    FROM was
    GROUP BY variant, cluster_id
),

sizes_after AS (
    SELECT
        variant,
        cluster_id,
        count(*) AS members
    FROM now_
    GROUP BY variant, cluster_id
),

shared AS (
    SELECT
        w.variant,
        w.cluster_id AS id_before,
        n.cluster_id AS id_after,
        count(*) AS members
    FROM was AS w
    INNER JOIN now_ AS n ON w.variant = n.variant AND w.member = n.member
    GROUP BY w.variant, w.cluster_id, n.cluster_id
),

pairs AS (
    SELECT
        b.variant,
        b.cluster_id AS id_before,
        s.id_after,
        b.members AS members_before,
        a.members AS members_after,
        s.members AS shared
    FROM sizes_before AS b
    LEFT JOIN shared AS s ON b.variant = s.variant AND b.cluster_id = s.id_before
    LEFT JOIN sizes_after AS a ON s.variant = a.variant AND s.id_after = a.cluster_id
    UNION ALL
    SELECT
        a.variant,
        CAST(NULL AS VARCHAR) AS id_before,
        a.cluster_id AS id_after,
        CAST(NULL AS BIGINT) AS members_before,
        a.members AS members_after,
        CAST(NULL AS BIGINT) AS shared
    FROM sizes_after AS a
    ANTI JOIN shared AS s ON a.variant = s.variant AND a.cluster_id = s.id_after
)

SELECT
    p.variant,
    $kind AS kind,
    CAST($stand_before AS DATE) AS stand_before,
    CAST($stand AS DATE) AS stand,
    CAST($stand_before AS DATE) <= CAST($break AS DATE) AND CAST($stand AS DATE) > CAST($break AS DATE) AS crosses_method_break,
    p.id_before AS cluster_id_before,
    p.id_after AS cluster_id,
    p.members_before,
    p.members_after,
    coalesce(p.shared, 0) AS shared_members,
    CASE
        WHEN p.id_before IS NULL THEN 'new'
        WHEN p.id_after IS NULL THEN 'closed'
        WHEN p.shared = p.members_before AND p.shared = p.members_after THEN 'unchanged'
        WHEN p.shared = p.members_after THEN 'shrunk'
        WHEN p.shared = p.members_before THEN 'grown'
        ELSE 'changed'
    END AS change
FROM pairs AS p
ORDER BY p.variant, p.id_before, p.id_after
