//! What every request needs: the world behind a lock, and the signs that it has changed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::connection::Patience;
use crate::log::Request;
use crate::world::World;

/// Called after each request.
pub(crate) type Watcher = Box<dyn Fn(&Request) + Send + Sync>;

/// How many requests with a body may be read at the same time.
const BODIES: usize = 16;

/// What every request needs.
pub(crate) struct App {
    world: Mutex<World>,
    pub(crate) stop: CancellationToken,
    pub(crate) watcher: Option<Watcher>,
    /// Counts what may have changed the world.
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) patience: Patience,
    /// Bounds the memory for bodies.
    pub(crate) bodies: Semaphore,
}

impl App {
    /// An app around a world.
    pub(crate) fn new(
        world: World,
        stop: CancellationToken,
        watcher: Option<Watcher>,
        patience: Patience,
    ) -> Self {
        let (world, bodies) = (Mutex::new(world), Semaphore::new(BODIES));
        Self { world, stop, watcher, changes: watch::Sender::new(0), patience, bodies }
    }

    /// The world, for a moment; never to be held while waiting.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who show or keep the world that it may have changed.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}
