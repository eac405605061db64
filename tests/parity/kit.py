"""What compare.py is made of: playing requests, and judging answers.

Standard library only.  Servers are spoken to over a raw socket, so that a target
goes out byte for byte (`/../x`, `/%2e%2e/`, raw UTF-8) and so that what a server
sends after the headers of a HEAD answer is seen.
"""
import base64
import calendar
import hashlib
import hmac
import html.parser
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORDED_HEADERS = (
    "content-type", "location", "allow", "vary", "etag", "last-modified", "accept-ranges",
    "content-range", "content-disposition", "x-frame-options", "x-content-type-options",
    "referrer-policy", "cross-origin-opener-policy", "x-request-id", "server-timing", "server")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def load_requests(number):
    return json.loads((HERE / "requests" / f"{number}.json").read_text())


# ---------------------------------------------------------------- servers

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A command with PORT (and for lesson 10 SITE) in its environment, until `with` ends."""

    def __init__(self, command, number, wait=40.0):
        self.command, self.number, self.wait = command, number, wait

    def __enter__(self):
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix=f"parity-{self.number}-")
        # TZ: five hours west of UTC, so that local time passed off as UTC shows.
        env = dict(os.environ, PORT=str(self.port), TZ="EST5", PYTHONUNBUFFERED="1",
                   PYTHONDONTWRITEBYTECODE="1")
        if self.number == "10":
            sys.dont_write_bytecode = True
            from make_site import make_site
            env["SITE"] = self.folder + "/site"
            make_site(env["SITE"])
        self.log_path = self.folder + "/log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            self.command, shell=isinstance(self.command, str), env=env, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)
        end = time.monotonic() + self.wait
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return "127.0.0.1", self.port
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    log = Path(self.log_path).read_text(errors="replace")[-2000:]
                    self.__exit__()
                    sys.exit(f"{self.number}: the server did not answer on PORT={self.port}:\n{log}")
                time.sleep(0.05)

    def __exit__(self, *_):
        for sig in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sig)
                self.process.wait(3)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---------------------------------------------------------------- one request

class Timeout(Exception):
    pass


class Wire:
    """Bytes from a socket, with a deadline."""

    def __init__(self, sock, deadline):
        self.sock, self.deadline, self.buffer, self.closed = sock, deadline, b"", False

    def more(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Timeout
        self.sock.settimeout(left)
        try:
            data = self.sock.recv(65536)
        except socket.timeout:
            raise Timeout
        except ConnectionError:
            data = b""
        if not data:
            self.closed = True
        self.buffer += data
        return data

    def line(self):
        while b"\n" not in self.buffer and not self.closed:
            self.more()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def take(self, count):
        while len(self.buffer) < count and not self.closed:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def rest(self):
        while not self.closed:
            self.more()
        data, self.buffer = self.buffer, b""
        return data


def open_request(host, port, request, timeout):
    """Sends it; gives the wire with the answer's head read: (wire, status, reason, version, headers)."""
    sock = socket.create_connection((host, port), timeout)
    wire = Wire(sock, time.monotonic() + timeout)
    body = request.get("body")
    if "body_b64" in request:
        body = base64.b64decode(request["body_b64"])
    elif isinstance(body, str):
        body = body.encode()
    given = request.get("headers") or {}
    names = {name.lower() for name in given}
    lines = [f"{request['method']} {request['target']} HTTP/1.1"]
    if "host" not in names:
        lines.append(f"Host: {host}:{port}")
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                lines.append(f"{name}: {one}")
    if "connection" not in names:
        lines.append("Connection: close")
    if request.get("chunked"):
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%b\r\n" % (len(body[i:i + 7]), body[i:i + 7])
                        for i in range(0, len(body), 7)) + b"0\r\n\r\n"
    elif body is not None and "content-length" not in names:
        lines.append(f"Content-Length: {len(body)}")
    try:
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
    except (BrokenPipeError, ConnectionResetError):
        pass                       # refused early: the answer may be there all the same
    while True:
        first = wire.line()
        if not first:
            raise ConnectionError("closed without an answer")
        parts = first.decode("latin-1").split(" ", 2)
        headers = []
        while True:
            line = wire.line().decode("latin-1")
            if not line:
                break
            name, _, value = line.partition(":")
            headers.append((name.strip().lower(), value.strip()))
        status = int(parts[1])
        if status >= 200:
            return wire, status, parts[2] if len(parts) > 2 else "", parts[0], headers


def one(headers, name):
    for key, value in headers:
        if key == name:
            return value
    return None


def read_body(wire, method, status, headers):
    if method == "HEAD" or status in (204, 304):
        wire.deadline = min(wire.deadline, time.monotonic() + 0.7)
        try:
            return wire.rest()
        except Timeout:
            return wire.buffer
    if (one(headers, "transfer-encoding") or "").lower() == "chunked":
        body = b""
        while True:
            size = int(wire.line().split(b";")[0] or b"0", 16)
            if not size:
                return body
            body += wire.take(size)
            wire.line()
    length = one(headers, "content-length")
    return wire.take(int(length)) if length is not None else wire.rest()


def read_stream(wire, headers, count, began):
    """The first chunks as they come, each with the seconds since the request was begun."""
    chunks, chunked = [], (one(headers, "transfer-encoding") or "").lower() == "chunked"
    while len(chunks) < count:
        if chunked:
            size = int(wire.line().split(b";")[0] or b"0", 16)
            if not size:
                break
            data = wire.take(size)
            wire.line()
        else:
            data = wire.buffer or wire.more()
            wire.buffer = b""
            if not data:
                break
        chunks.append({"at": round(time.monotonic() - began, 2), "data": data.decode(errors="replace")})
    return chunks


def cookie_of(header):
    first, *rest = [part.strip() for part in header.split(";")]
    name, _, value = first.partition("=")
    attributes = {}
    for part in rest:
        key, eq, val = part.partition("=")
        key = key.lower()
        attributes[key] = "<date>" if key == "expires" else (val if eq else True)
    return name.strip(), value, attributes


def record(method, status, reason, version, headers, body, keep_body):
    """An answer as it is kept in golden/: the headers that matter, and the body."""
    seen = {"status": status, "reason": reason, "http": version.replace("HTTP/", ""),
            "headers": {n: one(headers, n) for n in RECORDED_HEADERS if one(headers, n) is not None}}
    cookies = [cookie_of(v) for n, v in headers if n == "set-cookie"]
    if cookies:
        seen["set_cookie"] = [{"name": n, "empty": v in ("", '""'), "attributes": a} for n, v, a in cookies]
    seen["transfer_encoding"] = one(headers, "transfer-encoding")
    seen["content_length"] = one(headers, "content-length") is not None
    seen["body_length"] = len(body)
    kind = (one(headers, "content-type") or "").lower()
    if not keep_body and len(body) > 600:
        seen["body_head"] = body[:600].decode(errors="replace")
    elif len(body) > 20000:
        seen["body_sha256"] = hashlib.sha256(body).hexdigest()
    else:
        try:
            seen["body"] = body.decode()
        except UnicodeDecodeError:
            seen["body_b64"] = base64.b64encode(body).decode()
    return seen


# ---------------------------------------------------------------- placeholders

def forged_flask_session(key_hex, data):
    """A session cookie as Flask makes it, signed with a key that has been printed in a book."""
    def b64(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=")
    stamp = int(time.time())
    payload = b64(json.dumps(data, separators=(",", ":")).encode())
    signed = payload + b"." + b64(stamp.to_bytes((stamp.bit_length() + 7) // 8, "big"))
    key = hmac.new(bytes.fromhex(key_hex), b"cookie-session", hashlib.sha1).digest()
    return (signed + b"." + b64(hmac.new(key, signed, hashlib.sha1).digest())).decode()


def fill(value, saved):
    """Puts saved values in: {{name}}, and {{forge:KEYHEX:JSON}} for a forged Flask session."""
    if isinstance(value, str):
        value = re.sub(r"\{\{forge:([0-9a-f]+):(.*)\}\}",
                       lambda m: forged_flask_session(m[1], json.loads(m[2])), value)
        return re.sub(r"\{\{(\w+)\}\}", lambda m: str(saved.get(m[1], "")), value)
    if isinstance(value, dict):
        return {k: fill(v, saved) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, saved) for v in value]
    return value


# ---------------------------------------------------------------- a whole play

class Player:
    """Plays a lesson's requests in their order; keeps cookie jars and saved values."""

    def __init__(self, host, port):
        self.host, self.port, self.jars, self.saved = host, port, {}, {}

    def play(self, request):
        if request.get("pause_before"):
            time.sleep(request["pause_before"])
        wanted = fill({k: request[k] for k in ("method", "target", "headers", "body", "body_b64", "chunked")
                       if k in request}, self.saved)
        for mark, (piece, count) in (request.get("long") or {}).items():    # {"@": ["x", 10000]}
            for key in ("target", "body"):
                if isinstance(wanted.get(key), str):
                    wanted[key] = wanted[key].replace(mark, piece * count)
        jar = self.jars.setdefault(request["jar"], {}) if "jar" in request else None
        if jar:
            wanted.setdefault("headers", {})
            wanted["headers"] = dict(wanted["headers"] or {}, Cookie="; ".join(f"{k}={v}" for k, v in jar.items()))
        timeout = request.get("timeout", 10)
        held = None
        if "hold" in request:                  # another client in the middle of a streamed answer
            held = open_request(self.host, self.port,
                                {"method": "GET", "target": request["hold"]}, 5)[0]
            held.more() if not held.buffer else None
        if request.get("hold_idle"):           # another client that connects and says nothing
            held = Wire(socket.create_connection((self.host, self.port), 5), 0)
            time.sleep(0.2)
        try:
            if "parallel" in request:
                return self.parallel(request, wanted, timeout)
            return self.one(request, wanted, timeout, jar)
        except Timeout:
            return {"status": None, "timeout": True}, b"", []
        except (ConnectionError, OSError, ValueError) as error:
            return {"status": None, "broken": str(error)}, b"", []
        finally:
            if held:
                held.sock.close()
                time.sleep(2.5)        # a one-thread server notices at its second write

    def one(self, request, wanted, timeout, jar):
        began = time.monotonic()
        wire, status, reason, version, headers = open_request(self.host, self.port, wanted, timeout)
        try:
            if "stream" in request:
                chunks = read_stream(wire, headers, request["stream"], began)
                seen = record(wanted["method"], status, reason, version, headers, b"", True)
                seen.pop("body")
                seen["chunks"] = chunks
                return seen, b"", headers
            body = read_body(wire, wanted["method"], status, headers)
        finally:
            wire.sock.close()
        if jar is not None:
            for name, value in headers:
                if name == "set-cookie":
                    key, val, attributes = cookie_of(value)
                    if val in ("", '""') or attributes.get("max-age") == "0":
                        jar.pop(key, None)
                    else:
                        jar[key] = val
        for key, place in (request.get("save") or {}).items():
            self.saved[key] = self.find(place, headers, body, jar)
        return (record(wanted["method"], status, reason, version, headers, body,
                       request.get("compare_body") != "none"), body, headers)

    def find(self, place, headers, body, jar):
        if "cookie" in place:
            return (jar or {}).get(place["cookie"], "")
        if "header" in place:
            return one(headers, place["header"]) or ""
        if "regex" in place:
            found = re.search(place["regex"], body.decode(errors="replace"))
            return found[1] if found else ""
        if "field" in place:
            for form in Page(body.decode(errors="replace")).forms:
                for field in form["fields"]:
                    if field.get("name") == place["field"]:
                        return field.get("value") or ""
        return ""

    def parallel(self, request, wanted, timeout):
        """The same request many times at once ({{i}} differs); only statuses and bodies, sorted."""
        results, lock = [], threading.Lock()

        def go(i):
            mine = json.loads(json.dumps(wanted).replace("<i>", str(i)))
            try:
                wire, status, reason, version, headers = open_request(self.host, self.port, mine, timeout)
                body = read_body(wire, mine["method"], status, headers).decode(errors="replace")
                wire.sock.close()
            except Exception as error:
                status, body = None, type(error).__name__
            with lock:
                results.append([status, body if request.get("compare_body") != "none" else ""])
        threads = [threading.Thread(target=go, args=(i,)) for i in range(request["parallel"])]
        [t.start() for t in threads]
        [t.join() for t in threads]
        counts = {}
        for status, body in results:
            counts[f"{status} {body}".strip()] = counts.get(f"{status} {body}".strip(), 0) + 1
        return {"status": "parallel", "answers": dict(sorted(counts.items()))}, b"", []


# ---------------------------------------------------------------- HTML and text

class Page(html.parser.HTMLParser):
    """The text, the links and the form fields of a page."""
    VOID = {"br", "p", "div", "li", "h1", "h2", "h3", "tr", "td", "ul", "table", "form", "title", "hr", "pre"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.parts, self.links, self.forms, self.skip = [], [], [], 0
        self.feed(text)
        self.close()
        self.text = " ".join("".join(self.parts).split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "style"):
            self.skip += 1
        if tag in self.VOID:
            self.parts.append(" ")
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "form":
            self.forms.append({"action": attrs.get("action") or "",
                               "method": (attrs.get("method") or "get").lower(), "fields": []})
        if tag in ("input", "textarea", "select", "button") and self.forms:
            field = {"tag": tag, "name": attrs.get("name"), "type": (attrs.get("type") or "").lower() or None}
            if tag == "input" and not field["type"]:
                field["type"] = "text"
            for extra in ("placeholder", "value"):
                if attrs.get(extra):
                    field[extra] = attrs[extra]
            self.forms[-1]["fields"].append(field)

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.skip = max(0, self.skip - 1)
        if tag in self.VOID:
            self.parts.append(" ")

    def handle_data(self, data):
        if not self.skip:
            self.parts.append(data)


CTIME = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}"
TIMES = [(re.compile(CTIME), "<CTIME>"),
         (re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "<HTTPDATE>"),
         (re.compile(r"\b\d\d:\d\d:\d\d\b"), "<CLOCK>")]


def timeless(text):
    for pattern, name in TIMES:
        text = pattern.sub(name, text)
    return text


def content_type(value):
    """(type, {parameter: value}), lower case, no spaces; the two names of JavaScript are one."""
    kind, *rest = [part.strip() for part in (value or "").lower().split(";")]
    params = dict(part.replace(" ", "").replace('"', "").partition("=")[::2] for part in rest if part)
    if params.get("charset") == "utf8":
        params["charset"] = "utf-8"
    return ("text/javascript" if kind == "application/javascript" else kind), params


# ---------------------------------------------------------------- judging

def same_json(a, b, lesson, ignore=(), path="$"):
    """None when alike, else where not.  `random` fields: a list is membership, else a pattern."""
    if isinstance(a, dict) and isinstance(b, dict):
        keys_a, keys_b = set(a) - set(ignore), set(b) - set(ignore)
        if keys_a != keys_b:
            return f"{path}: keys {sorted(keys_b)}, original {sorted(keys_a)}"
        for key in sorted(keys_a):
            rule = lesson.get("random", {}).get(key)
            if isinstance(rule, list):
                if a[key] in rule and b[key] in rule:
                    continue
            elif isinstance(rule, dict) and isinstance(a[key], str) and isinstance(b[key], str):
                if re.fullmatch(rule["generated"], a[key]) and re.fullmatch(rule["accept"], b[key]):
                    continue
            found = same_json(a[key], b[key], lesson, ignore, f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return f"{path}: {len(b)} items, original {len(a)}"
        for i, (x, y) in enumerate(zip(a, b)):
            found = same_json(x, y, lesson, ignore, f"{path}[{i}]")
            if found:
                return found
        return None
    if isinstance(a, str) and isinstance(b, str):
        return None if timeless(a) == timeless(b) else f"{path}: {b!r}, original {a!r}"
    if a != a and b != b:              # NaN
        return None
    number = (int, float)
    alike = a == b and isinstance(a, bool) == isinstance(b, bool) and (
        type(a) is type(b) or (isinstance(a, number) and isinstance(b, number)))
    return None if alike else f"{path}: {b!r}, original {a!r}"


def sort_key(value):
    return json.dumps(value.get("text") if isinstance(value, dict) and "text" in value else value, sort_keys=True)


def body_of(seen):
    if "body" in seen:
        return seen["body"]
    if "body_b64" in seen:
        return base64.b64decode(seen["body_b64"]).decode("latin-1")
    return None


def compare_bodies(how, lesson, request, golden, seen):
    """A list of differences between two recorded bodies."""
    if how == "none":
        return []
    if golden["body_length"] == 0 or seen["body_length"] == 0:
        if golden["body_length"] == seen["body_length"]:
            return []
        return [f"body of {seen['body_length']} bytes, original {golden['body_length']}"]
    a, b = body_of(golden), body_of(seen)
    if a is None or b is None:
        return [] if golden.get("body_sha256") == seen.get("body_sha256") else ["body bytes"]
    if how == "auto":
        kind = content_type(golden["headers"].get("content-type"))[0]
        how = {"application/json": "json", "text/html": "html"}.get(
            kind, "text" if kind.startswith("text/") else "bytes")
    if how in ("json", "openapi"):
        try:
            x, y = json.loads(a), json.loads(b)
        except ValueError:
            return [] if a == b else ["body is not JSON"]
        if how == "openapi":
            x, y = ({p: sorted(m) for p, m in doc.get("paths", {}).items()} for doc in (x, y))
        if isinstance(x, list) and isinstance(y, list):
            if request.get("json_sort"):
                x, y = sorted(x, key=sort_key), sorted(y, key=sort_key)
            if request.get("json_last"):       # after answers that differ on purpose: the newest item only
                x, y = x[-1:], y[-1:]
        found = same_json(x, y, lesson, request.get("json_ignore", ()))
        return [f"JSON {found}"] if found else []
    if how in ("html", "fields"):
        x, y, out = Page(a), Page(b), []
        if how == "html":
            if timeless(x.text) != timeless(y.text):
                out.append(f"text {timeless(y.text)[:160]!r}, original {timeless(x.text)[:160]!r}")
            if x.links != y.links:
                out.append(f"links {y.links}, original {x.links}"[:300])
        forms = []
        for page in (x, y):
            forms.append([dict(f, fields=[
                {k: v for k, v in field.items()
                 if not (k == "value" and field["type"] == "hidden")
                 and not (how == "fields" and k in ("value", "placeholder"))}
                for field in f["fields"] if how == "html" or field["name"]]) for f in page.forms])
        if forms[0] != forms[1]:
            out.append(f"forms {forms[1]}, original {forms[0]}"[:500])
        return out
    if how == "text":
        x, y = (timeless(" ".join(t.split())) for t in (a, b))
        return [] if x == y else [f"text {y[:160]!r}, original {x[:160]!r}"]
    return [] if a == b else ["body bytes"]


def location_of(value, host, port):
    """A Location without the server's own scheme and authority."""
    if value is None:
        return None
    return re.sub(rf"^https?://({re.escape(host)}|localhost|127\.0\.0\.1)(:(\d+|PORT))?(?=/|$)", "", value) or "/"


def compare_streams(golden, seen):
    out = []
    a, b = golden["chunks"], seen["chunks"]
    if len(a) != len(b):
        return [f"{len(b)} chunks, original {len(a)}"]
    for i, (x, y) in enumerate(zip(a, b)):
        if timeless(x["data"]) != timeless(y["data"]):
            out.append(f"chunk {i} {y['data']!r}, original {x['data']!r}")
        if abs(x["at"] - y["at"]) > 0.6:
            out.append(f"chunk {i} after {y['at']} s, original {x['at']} s")
    return out


def differences(lesson, request, golden, seen, address):
    """What differs between the original's answer and this one; [] when the same."""
    for state in ("timeout", "broken"):
        if golden.get(state) or seen.get(state):
            if bool(golden.get(state)) == bool(seen.get(state)):
                return []
            return [f"{seen.get(state) and (state + ' ' + str(seen[state])) or 'answers ' + str(seen['status'])}, "
                    f"original {golden.get(state) and state or golden['status']}"]
    if golden["status"] == "parallel":
        return [] if golden["answers"] == seen["answers"] else \
            [f"answers {seen['answers']}, original {golden['answers']}"[:400]]
    out = []
    if golden["status"] != seen["status"]:
        out.append(f"status {seen['status']}, original {golden['status']}")
    ga, sa = golden["headers"], seen["headers"]
    (kind_a, par_a), (kind_b, par_b) = (content_type(h.get("content-type")) for h in (ga, sa))
    if kind_a != kind_b:
        out.append(f"content-type {kind_b or 'none'}, original {kind_a or 'none'}")
    elif par_a != par_b and not ("charset" not in par_a and par_b == {"charset": "utf-8"}):
        out.append(f"content-type parameters {par_b}, original {par_a}")    # a charset may be added
    if location_of(ga.get("location"), *address) != location_of(sa.get("location"), *address):
        out.append(f"location {sa.get('location')}, original {ga.get('location')}")
    allow = [{m.strip().upper() for m in (h.get("allow") or "").split(",")} - {"", "HEAD", "OPTIONS"}
             for h in (ga, sa)]
    if allow[0] != allow[1]:
        out.append(f"allow {sorted(allow[1])}, original {sorted(allow[0])}")
    for name in lesson.get("compare_headers", []):
        x, y = ga.get(name), sa.get(name)
        rule = lesson.get("header_patterns", {}).get(name)
        if name == "vary":
            x, y = ({v.strip().lower() for v in (w or "").split(",")} - {""} for w in (x, y))
            if not x <= y:
                out.append(f"vary {sorted(y)}, original {sorted(x)}")
        elif rule and x and y and re.fullmatch(rule["generated"], x) and re.fullmatch(rule["accept"], y):
            pass
        elif x is not None and x != y:
            out.append(f"{name} {y!r}, original {x!r}")
    out += compare_cookies(golden.get("set_cookie", []), seen.get("set_cookie", []))
    if "chunks" in golden:
        return out + (compare_streams(golden, seen) if "chunks" in seen else ["no stream"])
    return out + compare_bodies(request.get("compare_body", "auto"), lesson, request, golden, seen)


def compare_cookies(golden, seen):
    """Names and attributes.  HttpOnly and SameSite may be added, nothing may be taken away."""
    a, b = {c["name"]: c for c in golden}, {c["name"]: c for c in seen}
    if set(a) != set(b):
        return [f"sets cookies {sorted(b)}, original {sorted(a)}"]
    out = []
    for name in a:
        x, y = a[name]["attributes"], dict(b[name]["attributes"])
        for extra in ("httponly", "samesite"):
            if extra not in x:
                y.pop(extra, None)
        soft = {"expires", "max-age"}
        if soft & set(x) and soft & set(y):      # either way of saying how long
            x, y = ({k: v for k, v in d.items() if k not in soft} for d in (x, y))
        if {k: str(v).lower() for k, v in x.items()} != {k: str(v).lower() for k, v in y.items()}:
            out.append(f"cookie {name} {y}, original {x}")
        if a[name]["empty"] != b[name]["empty"]:
            out.append(f"cookie {name} emptied or not")
    return out


def port_faults(lesson, request, golden, seen, body, headers, address, checks):
    """What an answer lacks of what `checks` (a request's `port` or `also`) asks for; [] when all is there."""
    if checks is None:
        return [] if differences(lesson, request, golden, seen, address) else ["the same as the original"]
    if seen.get("timeout") or seen.get("broken"):
        return ["timeout" if seen.get("timeout") else f"no answer: {seen['broken']}"]
    text, out = body.decode(errors="replace"), []
    for name, want in checks.items():
        if name == "status":
            want = want if isinstance(want, list) else [want]
            if seen["status"] not in want:
                out.append(f"status {seen['status']}, wanted {' or '.join(map(str, want))}")
        elif name == "content_type":
            want = want if isinstance(want, list) else [want]
            if content_type(seen["headers"].get("content-type"))[0] not in want:
                out.append(f"content-type {seen['headers'].get('content-type')}, wanted {' or '.join(want)}")
        elif name == "charset":
            if content_type(seen["headers"].get("content-type"))[1].get("charset") != want:
                out.append(f"no charset={want}")
        elif name == "text":
            if Page(text).text != want:
                out.append(f"text {Page(text).text[:160]!r}, wanted {want!r}")
        elif name == "json":
            try:
                found = same_json(want, json.loads(text), lesson, request.get("json_ignore", ()))
            except ValueError:
                found = "body is not JSON"
            if found:
                out.append(f"JSON {found} (wanted)")
        elif name == "is_json":
            try:
                json.loads(text, parse_constant=lambda c: 1 / 0)
            except (ValueError, ZeroDivisionError):
                out.append("body is not strict JSON")
        elif name == "body_contains":
            out += [f"body lacks {w!r}" for w in want if w not in text]
        elif name == "body_lacks":
            out += [f"body holds {w!r}" for w in want if w.lower() in text.lower()]
        elif name == "body_empty":
            if body:
                out.append(f"body of {len(body)} bytes")
        elif name == "same_body":
            out += compare_bodies(request.get("compare_body", "auto"), lesson, request, golden, seen)
        elif name == "header":
            for key, pattern in want.items():
                if not re.search(pattern, one(headers, key) or "", re.I):
                    out.append(f"header {key} {one(headers, key)!r}, wanted {pattern!r}")
        elif name == "header_lacks":
            for key, pattern in want.items():
                if re.search(pattern, one(headers, key) or "", re.I):
                    out.append(f"header {key} {one(headers, key)!r}")
        elif name == "clock_utc":
            found = re.findall(CTIME, text)
            fresh = [t for t in found
                     if abs(calendar.timegm(time.strptime(t)) - time.time()) < 10]
            if not fresh:
                out.append(f"no time of now in UTC among {found}")
        elif name == "stream":
            out += compare_streams(golden, seen) if "chunks" in golden and "chunks" in seen else ["no stream"]
        elif name == "first_within":
            if not seen.get("chunks") or seen["chunks"][0]["at"] > want:
                out.append(f"first chunk {seen.get('chunks')}, wanted within {want} s")
        elif name == "statuses":               # of a parallel request
            counts = {}
            for answer, count in seen.get("answers", {}).items():
                counts[answer[:3]] = counts.get(answer[:3], 0) + count
            if counts != want:
                out.append(f"statuses {counts}, wanted {want}")
        else:
            sys.exit(f"unknown check {name!r} in request {request['id']}")
    return out


def parse_target(text):
    """A URL becomes (host, port); anything else is None (a command)."""
    if not re.match(r"https?://", text):
        return None
    parts = urllib.parse.urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK and not (parts.hostname or "").startswith("127."):
        sys.exit("only http:// on this machine's loopback")
    return parts.hostname, parts.port or 80


def shown(command):
    return command if isinstance(command, str) else shlex.join(command)
