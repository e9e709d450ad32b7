"""Runs the `baremetal` command again and again in one process.

Each line of standard input is a JSON list of arguments; each line of the answer is {"code", "stdout", "stderr"}. It is
the client's own entry point; only Python's start, most of a command's second, is saved.
"""

import contextlib
import io
import json
import sys

sys.argv = ["baremetal"]  # Read when the client is imported.

from ironicclient import shell  # noqa: E402


def run(arguments):
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = shell.main(arguments)
        except SystemExit as end:
            code = end.code
        except Exception as error:  # what the interpreter would print
            print(error, file=sys.stderr)
            code = 1
    return {"code": int(code or 0), "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
