//! How strict ARM is and how busy, to order.

use serde_json::{Value, json};

use crate::builder::Builder;
use crate::limits::{Limits, Meters};
use crate::server::Emulator;
use crate::world::World;

/// Manners that differ from one test to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manners {
    /// The most entries in a page of any list.
    pub(crate) page_size: Option<usize>,
    /// Unknown names in a body are left out and warned of, instead of refused.
    pub(crate) loose: bool,
    /// A subnet takes one operation of its endpoints at a time.
    pub(crate) subnet_contention: bool,
    /// How many seconds of the virtual clock after a zone group its records come.
    pub(crate) record_seconds: f64,
}

/// Takes an order of the control API.
pub(crate) fn order(world: &mut World, order: &Value) -> Result<Value, String> {
    const NAMES: [&str; 5] =
        ["page_size", "loose", "subnet_contention", "record_seconds", "limits"];
    let names = order.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    if let Some(name) = names.into_iter().find(|name| !NAMES.contains(name)) {
        return Err(format!("unknown name '{name}', known are {}", NAMES.join(", ")));
    }
    if let Some(size) = order["page_size"].as_u64() {
        world.manners.page_size = usize::try_from(size).ok().filter(|size| *size > 0);
    }
    if let Some(loose) = order["loose"].as_bool() {
        world.manners.loose = loose;
    }
    if let Some(contention) = order["subnet_contention"].as_bool() {
        world.manners.subnet_contention = contention;
    }
    if let Some(seconds) = order["record_seconds"].as_f64() {
        world.manners.record_seconds = seconds.max(0.0);
    }
    if order["limits"].is_object() {
        let limits = world.meters.limits.changed(&order["limits"])?;
        set_limits(world, limits);
    }
    Ok(json!({
        "page_size": world.manners.page_size,
        "loose": world.manners.loose,
        "subnet_contention": world.manners.subnet_contention,
        "record_seconds": world.manners.record_seconds,
    }))
}

fn set_limits(world: &mut World, limits: Limits) {
    world.meters = Meters::new(limits, world.clock.now());
}

impl Builder {
    /// The most entries in a page of any list; Azure's own sizes unless this is given.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.manners.page_size = Some(size.max(1));
        self
    }

    /// Leaves unknown names in bodies out and warns of them, in the header
    /// `x-ms-emulator-warning`, instead of refusing them.
    #[must_use]
    pub fn loose(mut self, loose: bool) -> Self {
        self.manners.loose = loose;
        self
    }

    /// Lets a subnet take one operation of its endpoints at a time: another is refused with 429
    /// `RetryableError`, as Azure does at its busiest.
    #[must_use]
    pub fn subnet_contention(mut self, contention: bool) -> Self {
        self.manners.subnet_contention = contention;
        self
    }

    /// Lets the records of a zone group come so many seconds of the virtual clock after the group's
    /// operation has ended.
    #[must_use]
    pub fn record_seconds(mut self, seconds: f64) -> Self {
        self.manners.record_seconds = seconds.max(0.0);
        self
    }

    /// How many requests the subscription may make.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Emulator {
    /// Lets operations take so long from now on, and a subnet take one operation of its endpoints
    /// at a time.
    pub fn contend(&self, seconds: f64) {
        let mut world = self.app.world();
        world.settings.operation_seconds = seconds.max(0.0);
        world.manners.subnet_contention = true;
    }

    /// How many requests the subscription may make, from full buckets on.
    pub fn limit(&self, limits: Limits) {
        set_limits(&mut self.app.world(), limits);
    }
}
