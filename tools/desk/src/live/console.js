// The console: sends the request that stands in its field to a lesson's server, and shows the bytes
// of the answer as they come. It needs `<meta name="token">`, and elements as live.rs makes them.

/** Chunks that come closer to each other than this, in seconds, share a line. */
const TOGETHER = 0.02;

class Console {
  constructor(element) {
    this.element = element;
    const part = (name) => element.querySelector(`.live-${name}`);
    this.field = element.querySelector("textarea");
    this.answer = part("answer");
    this.caption = part("caption");
    this.state = part("state");
    this.sendButton = part("send");
    this.stopButton = part("stop");
    this.running = null;
    this.length = bodyLength(this.field.value);
    this.sendButton.addEventListener("click", () => this.send());
    this.stopButton.addEventListener("click", () => this.stop());
    this.field.addEventListener("input", () => this.edited());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.send();
      }
    });
  }

  /** A Content-Length that was right stays right while the body is edited. One that was not is meant so. */
  edited() {
    this.field.classList.add("is-edited");
    const length = bodyLength(this.field.value);
    const now = new RegExp(`^(Content-Length: *)${this.length}$`, "im");
    const end = this.field.value.indexOf("\n\n");
    const head = end < 0 ? this.field.value : this.field.value.slice(0, end);
    if (length !== this.length && now.test(head)) {
      const { selectionStart, selectionEnd } = this.field;
      const changed = head.replace(now, `$1${length}`);
      this.field.value = changed + this.field.value.slice(head.length);
      const by = changed.length - head.length;
      this.field.setSelectionRange(selectionStart + by, selectionEnd + by);
    }
    this.length = length;
  }

  async send() {
    this.stop();
    const running = new AbortController();
    this.running = running;
    this.last = null;
    this.remark = "";
    this.say("…");
    this.busy(true);
    try {
      await this.exchange(running.signal);
    } catch (error) {
      if (running.signal.aborted) this.say("stopped");
      else this.problem(`The slides' server does not answer: ${error.message}`);
    } finally {
      if (this.running === running) {
        this.running = null;
        this.busy(false);
      }
    }
  }

  async exchange(signal) {
    const token = document.querySelector("meta[name=token]").content;
    const reply = await fetch(`/live/${this.element.dataset.lesson}`, {
      method: "POST",
      headers: { "Content-Type": "text/plain; charset=utf-8", "X-Token": token },
      body: this.field.value,
      signal,
    });
    if (!reply.ok) {
      this.problem((await reply.text()).trim());
      return;
    }
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) if (!signal.aborted) this.happened(JSON.parse(line));
    }
  }

  happened(event) {
    switch (event.event) {
      case "building":
        this.say("The server is being built …");
        break;
      case "sent":
        this.clear("Answer", false);
        if (event.target) this.remark = `Sent as ${event.target}. `;
        this.say(`${this.remark}${event.bytes} bytes sent`);
        break;
      case "bytes":
        this.came(event.at, event.text);
        break;
      case "end":
        this.say(`${this.remark}${seconds(event.at)}: ${event.why}`);
        break;
      case "said":
        this.said(event.ended, event.text);
        break;
      case "problem":
        this.problem(event.text);
    }
  }

  /** Below what came: what the server wrote to its output when it broke off. */
  said(ended, text) {
    const part = document.createElement("span");
    part.className = "live-said";
    part.textContent = ended ? `The server has ended.\n${text}` : `The server says:\n${text}`;
    this.answer.append(part);
    this.answer.scrollTop = this.answer.scrollHeight;
  }

  /** What was shown before makes room. */
  clear(caption, isProblem) {
    this.answer.replaceChildren();
    this.answer.classList.add("is-live");
    this.answer.classList.toggle("is-problem", isProblem);
    this.element.classList.toggle("is-problem", isProblem);
    this.caption.textContent = caption;
  }

  /** Bytes, with the time at which they came. */
  came(at, text) {
    const shown = text.replaceAll("\r\n", "\n");
    const atEnd = this.answer.scrollHeight - this.answer.scrollTop - this.answer.clientHeight < 8;
    if (this.last === null || at - this.last > TOGETHER) {
      const chunk = document.createElement("span");
      chunk.className = "live-chunk";
      chunk.dataset.at = seconds(at);
      this.answer.append(chunk);
    }
    this.last = at;
    this.answer.lastElementChild.append(shown);
    if (atEnd) this.answer.scrollTop = this.answer.scrollHeight;
  }

  problem(text) {
    this.clear("There is no answer", true);
    this.answer.textContent = text;
    this.say("");
  }

  stop() {
    this.running?.abort();
  }

  busy(is) {
    this.element.classList.toggle("is-busy", is);
    this.count(is);
    const focused = document.activeElement;
    this.stopButton.disabled = !is;
    // Whoever pressed a button by the keyboard stays at the buttons.
    if (is && focused === this.sendButton) this.stopButton.focus();
    if (!is && focused === this.stopButton) this.sendButton.focus();
  }

  /** Counts the seconds of a request that does not end. They are no words to be read aloud each time. */
  count(is) {
    clearInterval(this.counting);
    delete this.state.dataset.seconds;
    if (!is) return;
    const begun = Date.now();
    this.counting = setInterval(() => {
      this.state.dataset.seconds = `${Math.round((Date.now() - begun) / 1000)} s`;
    }, 1000);
  }

  say(words) {
    this.state.textContent = words;
  }
}

const seconds = (at) => `${at < 10 ? at.toFixed(3) : at.toFixed(1)} s`;

function bodyLength(request) {
  const end = request.indexOf("\n\n");
  return end < 0 ? 0 : new TextEncoder().encode(request.slice(end + 2)).length;
}

const known = new WeakSet();
function begin() {
  for (const element of document.querySelectorAll(".live")) {
    if (!known.has(element)) new Console(element);
    known.add(element);
  }
}
begin();
// The slides were made anew.
addEventListener("slides", begin);
