"""The report on a Kreis: frames in, one document, and that document as PDF or HTML. No file is written and no database read here."""
