"""Answers to a question about areas: which figures, with their Stand, definition, source, files and the command that gives them again."""
