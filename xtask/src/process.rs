//! Runs other programs to their end, with a deadline, and reads what they say on the way.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Context as _, Failure, Result};

/// What a program did.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output and standard error, in the order in which the lines came.
    pub(crate) output: String,
    /// From start to end.
    pub(crate) time: Duration,
}

/// Runs a program, calls `on_line` for each line that it prints, and waits for its end.
///
/// # Errors
///
/// When it cannot be started, or is not done before the deadline; it is killed then.
pub(crate) fn run(
    command: &mut Command,
    deadline: Duration,
    mut on_line: impl FnMut(&str),
) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(format!("Starting {name}"))?;
    let lines = lines_of(&mut child);
    let mut output = String::new();
    loop {
        match lines.recv_timeout(deadline.saturating_sub(started.elapsed())) {
            Ok(line) => {
                on_line(&line);
                output.push_str(&line);
                output.push('\n');
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                stop(&mut child);
                let text = format!("{name} was not done after {} s", deadline.as_secs());
                return Err(Failure::new(text).with("Its output", &output));
            }
        }
    }
    let status = child.wait().context(format!("Waiting for {name}"))?;
    Ok(Finished { code: status.code(), output, time: started.elapsed() })
}

/// Kills a program and takes its exit status away. One that has ended already is no error.
pub(crate) fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Every line of both streams; the channel closes when both streams have ended.
pub(crate) fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if lines.send(line.trim_end_matches('\r').to_owned()).is_err() {
                break;
            }
        }
    });
}
