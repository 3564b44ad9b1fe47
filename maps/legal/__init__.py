"""The legal pages as Markdown, German and English; names and addresses come from the publisher."""
