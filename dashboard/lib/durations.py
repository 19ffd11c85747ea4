"""How a duration is written: one rule, the same as in `static/js/lib/format.js`; `tests/durations.json` holds both.

Three significant figures in µs, ms or s, but nothing finer than a µs: 504 µs, 12.3 ms, 200 ms, 1.01 s, 10.0 s.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

NOT_KNOWN = "–"
UNITS = ((999.5e-6, 1e6, "µs"), (999.5e-3, 1e3, "ms"), (math.inf, 1, "s"))
"""Below how many seconds, how many of it are a second, name."""
DIGITS = ((9.995, 2), (99.95, 1), (math.inf, 0))
"""Below which value, how many decimals make three significant figures."""


def format_duration(seconds: float | None) -> str:
    """Return the text of a duration; a dash for one that is unknown, endless or negative."""
    if seconds is None or not 0 <= seconds < math.inf:
        return NOT_KNOWN
    if seconds == 0:
        return "0 s"
    per_second, unit = next((per_second, unit) for below, per_second, unit in UNITS if seconds < below)
    value = seconds * per_second
    digits = 0 if unit == "µs" else next(digits for below, digits in DIGITS if value < below)
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)} {unit}"
