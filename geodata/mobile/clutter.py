"""What stands on the terrain: representative clutter heights (ITU-R P.1812-8, 3.2.1). Not buildings one by one, not losses inside them.

Since P.1812-6 clutter is part of the profile and the terminals pay no separate clutter loss.
"""

from geodata.mobile.compiled import compiled
from geodata.mobile.paths import Profile


@compiled
def add_clutter(terrain: Profile, clutter: Profile, surface: Profile) -> None:
    """Fill `surface` with terrain plus representative clutter height in m, the ends bare (3.2.1, eq. 1b and 1c). Allocates nothing."""
    last = len(terrain) - 1
    for i in range(1, last):
        surface[i] = terrain[i] + clutter[i]
    surface[0], surface[last] = terrain[0], terrain[last]
