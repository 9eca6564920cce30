//! Runs other programs with a deadline, and reads their output line by line.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Context as _, Failure, Result};

/// Result of a program that ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Exit code, or `None` if a signal ended the program.
    pub(crate) code: Option<i32>,
    /// Standard output and standard error, in the order of arrival.
    pub(crate) output: String,
    /// Time from start to end.
    pub(crate) time: Duration,
}

/// Runs a program, calls `on_line` for each line that it prints, and waits for its end.
///
/// # Errors
///
/// Returns an error if the program cannot be started, or if it does not end before the deadline, in
/// which case it is killed.
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
                let text = format!("{name} did not end within {} seconds", deadline.as_secs());
                return Err(Failure::new(text).with("Output", &output));
            }
        }
    }
    let status = child.wait().context(format!("Cannot wait for {name}"))?;
    Ok(Finished { code: status.code(), output, time: started.elapsed() })
}

/// Kills a program and reaps its process. Accepts a program that has already ended.
pub(crate) fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Returns a channel with every line of both streams, which closes when both streams end.
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
