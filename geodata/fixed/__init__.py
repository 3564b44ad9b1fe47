"""Fixed line at full depth: households, covered households per cell and area, from addresses with offers or from Gitterzellen."""
