"""The radio model: Recommendation ITU-R P.1812-8 on terrain profiles, the antennas and the thresholds of the mobile maps.

Not the search for the best server and not the rasters: here is what one path loses. Method, sources and limits: docs/funkmodell.md.
"""
