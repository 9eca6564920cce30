//! The signals that a provider must know about. From `install` on they no longer kill.

use std::io;

/// A wish of the system or of the person at the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

#[cfg(unix)]
pub(super) use unix::Signals;

#[cfg(windows)]
pub(super) use windows::Signals;

#[cfg(unix)]
mod unix {
    use super::{Signal, io};
    use tokio::signal::unix::{self, SignalKind};

    /// The installed handlers.
    pub(in crate::serve) struct Signals {
        interrupt: unix::Signal,
        terminate: unix::Signal,
    }

    impl Signals {
        /// Takes the signals over for the rest of the process's life.
        pub(in crate::serve) fn install() -> io::Result<Self> {
            Ok(Self {
                interrupt: unix::signal(SignalKind::interrupt())?,
                terminate: unix::signal(SignalKind::terminate())?,
            })
        }

        /// The next signal.
        pub(in crate::serve) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            }
        }
    }
}

#[cfg(windows)]
mod windows {
    use super::{Signal, io};
    use tokio::signal::windows::{self, CtrlBreak, CtrlC};

    /// The installed handlers.
    pub(in crate::serve) struct Signals {
        interrupt: CtrlC,
        terminate: CtrlBreak,
    }

    impl Signals {
        /// Takes the events over for the rest of the process's life.
        pub(in crate::serve) fn install() -> io::Result<Self> {
            Ok(Self { interrupt: windows::ctrl_c()?, terminate: windows::ctrl_break()? })
        }

        /// The next event.
        pub(in crate::serve) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            }
        }
    }
}
