//! Shared state of all requests: the world behind a lock, and the notification of changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::connection::Patience;
use crate::log::Request;
use crate::world::World;

/// Callback that runs after each request.
pub(crate) type Watcher = Box<dyn Fn(&Request) + Send + Sync>;

/// Number of requests with a body that are read at the same time.
const BODIES: usize = 16;

/// State that every request needs.
pub(crate) struct App {
    world: Mutex<World>,
    pub(crate) stop: CancellationToken,
    pub(crate) watcher: Option<Watcher>,
    /// Version that increases when the world may have changed.
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) patience: Patience,
    /// Limits the memory for bodies.
    pub(crate) bodies: Semaphore,
}

impl App {
    /// Creates the state around a world.
    pub(crate) fn new(
        world: World,
        stop: CancellationToken,
        watcher: Option<Watcher>,
        patience: Patience,
    ) -> Self {
        let (world, bodies) = (Mutex::new(world), Semaphore::new(BODIES));
        Self { world, stop, watcher, changes: watch::Sender::new(0), patience, bodies }
    }

    /// Locks the world. Do not hold the lock across an `await`.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notifies the page and the state file that the world may have changed.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}
