"""What a span and a trace are, and which of them are kept. Pure: no Django, no network, no clock."""
