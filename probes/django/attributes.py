"""The attribute names that only the stages inside Django write; the others are in `probes.attributes`.

Where the OpenTelemetry semantic conventions have a name it is theirs; ours begin with `gatescope.`.
"""

from probes import attributes as common

FUNCTION = common.FUNCTION
FILE = common.CODE_FILE
LINE = common.CODE_LINE
CODE = common.CODE
MODE = "gatescope.mode"

# When a middleware called the next callable, and when it had the answer.
PHASE = "gatescope.phase"
IN = "gatescope.in_ns"
OUT = "gatescope.out_ns"

DB_SYSTEM = "db.system.name"
DB_QUERY = "db.query.text"
QUERY_KIND = "gatescope.query.kind"

CROSSING_DIRECTION = "gatescope.crossing.direction"
CROSSING_REASON = "gatescope.crossing.reason"
CROSSING_FUNCTION = "gatescope.crossing.function"
CROSSING_STARTED = "gatescope.crossing.started_ns"
CROSSING_RETURNED = "gatescope.crossing.returned_ns"
CROSSING_WAITED = "gatescope.crossing.waited_ns"
CROSSING_RAN = "gatescope.crossing.ran_ns"
CROSSING_BACK = "gatescope.crossing.back_ns"
CROSSING_THREAD_ID = "gatescope.crossing.thread.id"
CROSSING_THREAD_NAME = "gatescope.crossing.thread.name"
CROSSING_NEW_LOOP = "gatescope.crossing.new_loop"
CROSSING_LOOP = "gatescope.crossing.loop"

RECEIVERS = "gatescope.signal.receivers"
SYNC_RECEIVERS = "gatescope.signal.sync"
ASYNC_RECEIVERS = "gatescope.signal.async"
