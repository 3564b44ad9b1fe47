"""The address list of a Markterkundung: what is reported at each address of a Kreis, why it is in or out, and what operators reply."""
