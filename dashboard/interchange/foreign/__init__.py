"""What other tools write, as OTLP/JSON: each module turns one form into ResourceSpans messages. Pure.

Nothing is checked here: what comes out is read like any OTLP/JSON, which refuses what it cannot read.
"""
