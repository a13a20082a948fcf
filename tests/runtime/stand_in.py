"""A process that answers 200 on a port of loopback, with a child of its own: in place of one of the three."""

import http.server
import subprocess
import sys


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers every GET."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    subprocess.Popen(["sleep", "600"])
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
