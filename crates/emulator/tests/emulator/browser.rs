//! A real browser, driven over the DevTools protocol. Chromium reads commands from file descriptor
//! 3 and writes answers and events to descriptor 4, each ended by a zero byte.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Once;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The names under which systems have Chromium or a browser that is built from it.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
];

const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--ignore-certificate-errors",
    "--remote-debugging-pipe",
    "--window-size=1320,1000",
];

/// The time after which an answer does not come any more.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page. It is killed at the end of its test.
pub(crate) struct Browser {
    process: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    sent: u64,
    session: Value,
    /// Exceptions, and errors and warnings in the console.
    pub(crate) problems: Vec<String>,
    _folder: TempDir,
}

impl Browser {
    /// Starts a browser. Returns `None` if there is none on the `PATH`, and says so past the
    /// capture of the test harness.
    pub(crate) fn start() -> Option<Self> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let mut found = std::env::split_paths(&paths)
            .flat_map(|folder| NAMES.map(|name| folder.join(name)))
            .filter(|program| program.is_file());
        let Some(program) = found.next().filter(|_| cfg!(unix)) else {
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                let names = NAMES.join(", ");
                let text =
                    format!("NOT TESTED: the page in a browser. The PATH has none of {names}.\n");
                let _ = std::io::stderr().write_all(text.as_bytes());
            });
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .arg(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a browser");
        let commands = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in answers.split(0) {
                let Ok(message) = message else { return };
                let message = serde_json::from_slice(&message).expect("JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (session, problems) = (Value::Null, Vec::new());
        let mut browser =
            Self { process, commands, messages, sent: 0, session, problems, _folder: folder };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.call("Target.attachToTarget", &attach)["sessionId"].clone();
        for domain in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Sends a command and returns its result.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let mut command = json!({ "id": id, "method": method, "params": params });
        if self.session.is_string() {
            command["sessionId"] = self.session.clone();
        }
        self.commands.write_all(format!("{command}\0").as_bytes()).expect("a command");
        let answer = self.next(|message| message["id"] == id);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits for a message, and keeps the problems that come before it.
    fn next(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("an answer of the browser");
            self.problems.extend(problem(&message));
            if is_wanted(&message) {
                return message;
            }
        }
    }

    /// Opens a URL and waits until the page has loaded.
    pub(crate) fn open(&mut self, url: &str) {
        let opened = self.call("Page.navigate", &json!({ "url": url }));
        assert!(opened["errorText"].is_null(), "{url}: {opened}");
        self.next(|message| message["method"] == "Page.loadEventFired");
    }

    /// Returns the value of an expression, of a promise after it is fulfilled.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", &params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result:#}");
        result["result"]["value"].clone()
    }

    /// Waits until a condition holds, which a change of the document must bring about.
    pub(crate) fn wait_for(&mut self, condition: &str) {
        self.evaluate(&format!(
            "new Promise((done) => {{
               const look = () => {{ if ({condition}) {{ observer.disconnect(); done(); }} }};
               const observer = new MutationObserver(look);
               const all = {{ subtree: true, childList: true, attributes: true }};
               observer.observe(document, {{ ...all, characterData: true }});
               look();
             }})"
        ));
    }

    /// Presses a key that writes nothing.
    pub(crate) fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
            });
            self.call("Input.dispatchKeyEvent", &key);
        }
    }

    /// Gives the page a size in pixels.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Prefers a color scheme: `light` or `dark`.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns what a message complains of.
fn problem(message: &Value) -> Option<String> {
    let (params, bad) = (&message["params"], ["error", "warning", "assert"]);
    let is_bad = |level: &Value| level.as_str().is_some_and(|level| bad.contains(&level));
    let found = match message["method"].as_str()? {
        "Runtime.exceptionThrown" => &params["exceptionDetails"],
        "Runtime.consoleAPICalled" if is_bad(&params["type"]) => &params["args"],
        "Log.entryAdded" if is_bad(&params["entry"]["level"]) => &params["entry"],
        _ => return None,
    };
    Some(found.to_string())
}
