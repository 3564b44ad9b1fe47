"""What is published: the database file and the site."""
