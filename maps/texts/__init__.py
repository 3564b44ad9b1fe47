"""The texts of the site, German and English."""
