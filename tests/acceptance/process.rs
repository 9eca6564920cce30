//! A program with its own process group and a deadline: Terraform and the providers that it starts.

use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Time that no command exceeds, also on a busy machine.
const DEADLINE: Duration = Duration::from_secs(120);

/// Result of a program.
#[derive(Debug, Clone)]
pub struct Finished {
    pub command: String,
    /// `None` if it was killed.
    pub code: Option<i32>,
    /// Standard output and standard error, in the order in which they came.
    pub output: String,
    pub time: Duration,
    pub too_slow: bool,
}

/// Running program.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    chunks: Receiver<Vec<u8>>,
    started: Instant,
}

impl Running {
    /// Starts a program that reads `input` from its standard input.
    pub fn start(mut command: Command, text: String, input: Option<&str>) -> Self {
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = command
            .process_group(0)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "`{text}` cannot be started: {error}. These tests need terraform on the PATH; \
                     see https://developer.hashicorp.com/terraform/install"
                )
            });
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            std::io::Write::write_all(&mut stdin, input.as_bytes()).unwrap();
        }
        let (sender, chunks) = mpsc::channel();
        forward(child.stdout.take().unwrap(), sender.clone());
        forward(child.stderr.take().unwrap(), sender);
        Self { command: text, child, chunks, started: Instant::now() }
    }

    /// Waits for the end, and kills the whole group at the deadline.
    pub fn finish(mut self) -> Finished {
        let mut output = Vec::new();
        let mut too_slow = false;
        loop {
            match self.chunks.recv_timeout(DEADLINE.saturating_sub(self.started.elapsed())) {
                Ok(chunk) => output.extend(chunk),
                Err(RecvTimeoutError::Disconnected) => break,
                // A killed program closes its streams, unless it has left the group.
                Err(RecvTimeoutError::Timeout) if too_slow => break,
                Err(RecvTimeoutError::Timeout) => {
                    too_slow = true;
                    self.signal("KILL");
                }
            }
        }
        let status = self.child.wait().unwrap();
        Finished {
            command: self.command,
            code: status.code(),
            output: String::from_utf8_lossy(&output).into_owned(),
            time: self.started.elapsed(),
            too_slow,
        }
    }

    /// Sends a signal to the program and everything that it started, as a terminal does for Ctrl-C.
    pub fn signal(&self, name: &str) {
        send(name, &format!("-{}", self.child.id()));
    }

    /// Sends a signal to the program alone.
    pub fn signal_alone(&self, name: &str) {
        send(name, &self.child.id().to_string());
    }

    /// Waits until `happened` returns `true`, while the program runs.
    pub fn wait_until(&mut self, what: &str, happened: impl Fn() -> bool) {
        assert!(self.wait_until_or_end(what, happened), "it ended before this happened: {what}");
    }

    /// Waits until `happened` returns `true` or the program has ended. Returns `true` if it
    /// happened.
    pub fn wait_until_or_end(&mut self, what: &str, happened: impl Fn() -> bool) -> bool {
        while !happened() {
            if self.child.try_wait().unwrap().is_some() {
                return happened();
            }
            assert!(self.started.elapsed() < DEADLINE, "this did not happen: {what}");
            thread::park_timeout(Duration::from_millis(10));
        }
        true
    }
}

/// Sends a signal to a process, or to a group.
pub fn send(name: &str, target: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -s {name} -- {target}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{name} was not sent to {target}");
}

fn forward(mut stream: impl Read + Send + 'static, chunks: Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            if chunks.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
}
