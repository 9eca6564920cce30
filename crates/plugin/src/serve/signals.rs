//! Signals that a provider handles. After `install`, they no longer end the process.

use std::io;

/// Signal from the system or from the keyboard.
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

    /// Installed handlers.
    pub(in crate::serve) struct Signals {
        interrupt: unix::Signal,
        terminate: unix::Signal,
    }

    impl Signals {
        /// Installs the handlers for the rest of the process's life.
        pub(in crate::serve) fn install() -> io::Result<Self> {
            Ok(Self {
                interrupt: unix::signal(SignalKind::interrupt())?,
                terminate: unix::signal(SignalKind::terminate())?,
            })
        }

        /// Returns the next signal.
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

    /// Installed handlers.
    pub(in crate::serve) struct Signals {
        interrupt: CtrlC,
        terminate: CtrlBreak,
    }

    impl Signals {
        /// Installs the handlers for the rest of the process's life.
        pub(in crate::serve) fn install() -> io::Result<Self> {
            Ok(Self { interrupt: windows::ctrl_c()?, terminate: windows::ctrl_break()? })
        }

        /// Returns the next event.
        pub(in crate::serve) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            }
        }
    }
}
