"""A proxy that passes everything on to a server, and writes down each exchange as a line of JSON.

    recorder.py SERVER_URL FILE PORT

A request to /__scenario/NAME, answered here, begins a scenario (?order=any: its calls come in no fixed order;
?order=none: nor are they the same every time). A header X-Case names an exchange; it is not passed on. Bodies and
status codes are passed on as they are.
"""

import hashlib
import http.client
import http.server
import json
import sys
import threading
import urllib.parse
import zlib

CHUNK = 64 << 10
KEPT = {True: CHUNK, False: 64 << 20}  # of an artifact, of anything else
ONE_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "proxy-connection",
    "host",
    "x-case",
}


class Body:
    """What is kept of a body: all of a small one; of a larger one its length and its digest."""

    def __init__(self, limit):
        self.limit, self.length = limit, 0
        self.digest, self.start = hashlib.sha256(), bytearray()

    def add(self, block):
        self.length += len(block)
        self.digest.update(block)
        if len(self.start) <= self.limit:
            self.start += block

    def record(self, encoding=""):
        if not self.length:
            return None
        whole = bytes(self.start) if self.length <= self.limit else None
        if whole is not None and encoding in ("gzip", "deflate"):
            whole = zlib.decompress(whole, 47)
        try:
            text = whole.decode()
        except (AttributeError, UnicodeDecodeError):
            return {"sha256": self.digest.hexdigest(), "length": self.length}
        try:
            return {"json": json.loads(text)}
        except ValueError:
            return {"text": text}


class Recording:
    def __init__(self, file):
        self.out = open(file, "w", encoding="utf-8")
        self.lock = threading.Lock()
        self.scenario, self.order, self.number = "start", "fixed", 0

    def begin(self, name, order):
        with self.lock:
            self.scenario, self.order = name, order

    def next(self):
        with self.lock:
            self.number += 1
            return {"scenario": self.scenario, "order": self.order, "number": self.number}

    def write(self, exchange):
        line = json.dumps(exchange)
        with self.lock:
            self.out.write(line + "\n")
            self.out.flush()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = CHUNK
    host, base, recording = "", "", None

    def log_message(self, *arguments):
        pass

    def pass_on(self):
        if self.path.startswith("/__scenario/"):
            self.begin_scenario()
            return
        path, _, query = self.path.partition("?")
        artifact = "/mlflow-artifacts/artifacts/" in path or path in ("/get-artifact", "/model-versions/get-artifact")
        exchange = {
            **self.recording.next(),
            "case": self.headers.get("X-Case", ""),
            "method": self.command,
            "path": path,
        }
        exchange["query"] = urllib.parse.parse_qsl(query, keep_blank_values=True)
        sent, received = Body(KEPT[artifact]), Body(KEPT[artifact])
        server = http.client.HTTPConnection(self.host, timeout=300)
        try:
            self.send_request(server, sent)
            reply = server.getresponse()
            self.send_reply(reply, received)
            exchange["status"] = reply.status
            exchange["headers"] = {
                name: reply.headers[name] for name in ("content-type", "content-disposition") if name in reply.headers
            }
            exchange["reply"] = received.record(reply.headers.get("content-encoding", ""))
        except OSError as error:
            self.close_connection = True
            exchange["status"], exchange["headers"], exchange["reply"] = (
                0,
                {},
                {"text": f"no answer: {type(error).__name__}"},
            )
        finally:
            server.close()
        exchange["request"] = sent.record()
        self.recording.write(exchange)

    def begin_scenario(self):
        name, _, query = self.path.removeprefix("/__scenario/").partition("?")
        self.recording.begin(urllib.parse.unquote(name), query.removeprefix("order="))
        self.send_response_only(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def blocks(self):
        """The request's body, as it comes in."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            block = self.rfile.read(min(left, CHUNK))
            if not block:
                raise ConnectionError("the client left")
            left -= len(block)
            yield block

    def send_request(self, server, sent):
        server.putrequest(self.command, self.base + self.path, skip_host=True, skip_accept_encoding=True)
        server.putheader("Host", self.host)
        for name, value in self.headers.items():
            if name.lower() not in ONE_HOP:
                server.putheader(name, value)
        chunked = "Transfer-Encoding" in self.headers
        if chunked:
            server.putheader("Transfer-Encoding", "chunked")
        server.putheader("Connection", "close")
        server.endheaders()
        for block in self.blocks():
            sent.add(block)
            server.send(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            server.send(b"0\r\n\r\n")

    def send_reply(self, reply, received):
        self.send_response_only(reply.status, reply.reason)
        for name, value in reply.getheaders():
            if name.lower() not in ONE_HOP:
                self.send_header(name, value)
        bare = self.command == "HEAD" or reply.status in (204, 304)
        chunked = not bare and "content-length" not in reply.headers
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not bare and (block := reply.read1(CHUNK)):
            received.add(block)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = pass_on


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    url, file, port = sys.argv[1:4]
    parts = urllib.parse.urlsplit(url)
    Handler.host, Handler.base, Handler.recording = parts.netloc, parts.path.rstrip("/"), Recording(file)
    Proxy(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
