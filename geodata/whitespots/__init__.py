"""White spots: addresses and cells below a threshold set, chained into expansion clusters, summed per area, compared between Stände."""
