//! Files that hold a world: the initial world, and the state across restarts. Both have the form of
//! a dump.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::App;
use crate::arm::{resource_group, write};
use crate::control;
use crate::resource_id::ResourceId;
use crate::world::World;
use crate::world::settings::{Settings, Subscription};
use crate::world::store::{PENDING, Resource};

/// Time for which changes are collected before a write.
const PAUSE: Duration = Duration::from_millis(200);

/// Time between a failed write and the next try.
const AGAIN: Duration = Duration::from_secs(1);

/// Time for which a stopping emulator may still hold the state file.
const HANDOVER: Duration = Duration::from_secs(1);

/// A state file, which one emulator holds at a time. The lock is on a second file, because each
/// write replaces the state file itself.
pub(crate) struct StateFile {
    path: PathBuf,
    beside: PathBuf,
    held: Option<File>,
}

impl StateFile {
    /// Locks the file.
    ///
    /// # Errors
    /// Returns an error if another emulator holds the file, or if its folder is not writable.
    pub(crate) async fn hold(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let mut beside = path.clone().into_os_string();
        beside.push(".lock");
        let beside = PathBuf::from(beside);
        let begun = Instant::now();
        loop {
            match lock(&beside) {
                Ok(Some(file)) => return Ok(Self { path, beside, held: Some(file) }),
                Ok(None) if begun.elapsed() < HANDOVER => {}
                Ok(None) => {
                    return Err(io::Error::other(format!(
                        "The state file {} is in use by another emulator. Stop that emulator, or \
                         choose another file",
                        path.display()
                    )));
                }
                Err(error) => {
                    let text = format!("Cannot lock {}: {error}", beside.display());
                    return Err(io::Error::new(error.kind(), text));
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        // Removed while the lock is held, so that no emulator locks a deleted file.
        let _ = std::fs::remove_file(&self.beside);
        self.held = None;
    }
}

/// Locks a file, or returns `None` if another process holds it.
#[cfg(unix)]
fn lock(path: &Path) -> io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::MetadataExt as _;
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // The previous holder may have removed the file just now.
    let still = std::fs::metadata(path).is_ok_and(|now| {
        file.metadata().is_ok_and(|own| (own.dev(), own.ino()) == (now.dev(), now.ino()))
    });
    Ok(still.then_some(file))
}

/// Opens a file exclusively, or returns `None` if another process has it.
#[cfg(windows)]
fn lock(path: &Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const SHARING_VIOLATION: i32 = 32;
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    let mut options = File::options();
    options.create(true).truncate(false).write(true).share_mode(0);
    match options.custom_flags(DELETE_ON_CLOSE).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file that holds a world.
pub(crate) fn read(path: &Path) -> io::Result<Value> {
    let told = |error: &dyn std::fmt::Display| {
        io::Error::other(format!("{} is not a valid world file: {error}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| told(&error))?;
    const NAMES: [&str; 8] = [
        "subscription",
        "tenant",
        "subscriptions",
        "resource_group",
        "location",
        "resources",
        "put",
        "operations",
    ];
    let known = |name: &str| NAMES.contains(&name) || name == "made_up";
    match document.as_object().map(|map| map.keys().find(|name| !known(name))) {
        None => Err(told(&"it is not a JSON object")),
        Some(Some(name)) => Err(told(&format!("the property '{name}' is unknown"))),
        Some(None) => Ok(document),
    }
}

/// Reads the subscriptions, the tenant and the location of a world.
///
/// # Errors
/// Says which entry is invalid.
pub(crate) fn apply_settings(settings: &mut Settings, document: &Value) -> Result<(), String> {
    let take = |name: &str, setting: &mut String| {
        if let Some(text) = document[name].as_str() {
            text.clone_into(setting);
        }
    };
    take("subscription", &mut settings.subscription);
    take("tenant", &mut settings.tenant);
    take("location", &mut settings.location);
    take("resource_group", &mut settings.group);
    for other in entries(document, "subscriptions")? {
        settings.others.push(Subscription::from_json(other, &settings.tenant)?);
    }
    Ok(())
}

/// Fills an empty world: first with `resources` as given, then with those of `put`, which pass
/// ARM's checks like clients' requests.
///
/// # Errors
/// Says which entry is invalid.
pub(crate) fn fill(world: &mut World, document: &Value) -> Result<(), String> {
    for (index, body) in entries(document, "resources")?.iter().enumerate() {
        insert(world, body).map_err(|error| format!("resources[{index}]: {error}"))?;
    }
    let seconds = std::mem::replace(&mut world.settings.operation_seconds, 0.0);
    for (index, body) in entries(document, "put")?.iter().enumerate() {
        put(world, body).map_err(|error| format!("put[{index}]: {error}"))?;
        world.settle();
    }
    world.settings.operation_seconds = seconds;
    world.guids.skip_to(document["made_up"].as_u64().unwrap_or_default());
    // Operations that were running when the file was written have ended.
    for operation in entries(document, "operations")? {
        let id = operation["resource"].as_str().unwrap_or_default();
        match (operation["status"].as_str(), operation["work"].as_str()) {
            (Some("InProgress"), Some("delete")) => world.remove(id),
            (Some("InProgress"), Some("write")) => {
                if let Some(id) = ResourceId::parse(id) {
                    world.complete(&id);
                }
            }
            _ => {}
        }
    }
    world.operations = Default::default();
    Ok(())
}

fn entries<'a>(document: &'a Value, name: &str) -> Result<&'a [Value], String> {
    match &document[name] {
        Value::Null => Ok(&[]),
        Value::Array(list) => Ok(list),
        _ => Err(format!("{name} is not a list")),
    }
}

/// Parses the ID of a group or of a resource of a known type, in a subscription of the world.
fn known_id(world: &World, text: &str) -> Result<ResourceId, String> {
    let parsed = ResourceId::parse_group(text).or_else(|| ResourceId::parse(text));
    let id = parsed.ok_or(format!("'{text}' is not the ID of a resource or a resource group"))?;
    if world.settings.tenant_of(&id.subscription).is_none() {
        return Err(format!("the subscription of {text} is not in the world file"));
    }
    if id.namespace.is_some() && world.type_of(&id).is_none() {
        return Err(format!("the emulator does not have the type {}", id.resource_type()));
    }
    Ok(id)
}

fn insert(world: &mut World, body: &Value) -> Result<(), String> {
    let text = body["id"].as_str().ok_or("id is missing")?;
    let id = known_id(world, text)?;
    if !body["properties"].is_object() {
        return Err(format!("{text} has no properties"));
    }
    let mut body = body.clone();
    body["name"] = json!(if id.namespace.is_some() { id.name() } else { last(text) });
    if let Some(resource_type) = world.type_of(&id) {
        body["type"] = json!(resource_type.info().name);
    }
    world.store.insert(text, Resource::new(id, body));
    Ok(())
}

fn put(world: &mut World, body: &Value) -> Result<(), String> {
    let text = body["id"].as_str().ok_or("id is missing")?;
    let id = known_id(world, text)?;
    if id.namespace.is_some() {
        return write::seed(world, text, body).map_err(|error| error.message.into());
    }
    let location = body["location"].as_str().ok_or("location is missing")?;
    resource_group::insert(world, (&id.subscription, last(text)), location, &body["tags"]);
    Ok(())
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Writes the world after each change, until the emulator stops.
///
/// Reports a failed write and tries again.
///
/// # Errors
/// Returns an error if the last write, at the stop, fails.
pub(crate) async fn save_changes(app: Arc<App>, state: StateFile) -> io::Result<()> {
    let mut changes = app.changes.subscribe();
    let mut written = String::new();
    let mut failed = false;
    loop {
        let (next, pause) = if failed {
            (app.stop.run_until_cancelled(tokio::time::sleep(AGAIN)).await, Duration::ZERO)
        } else {
            (app.stop.run_until_cancelled(changes.changed()).await.map(|_| ()), PAUSE)
        };
        let stopped = next.is_none();
        if !stopped {
            let _ = app.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
            changes.mark_unchanged();
        }
        let text = format!("{:#}\n", document(&mut app.world()));
        let saved = if text == written { Ok(()) } else { write(&state.path, &text) };
        let (place, fails) = (state.path.display(), saved.is_err());
        match saved {
            Ok(()) if failed => tell(&format!("The state file {place} was written")),
            Err(error) if stopped => {
                let text = format!("Cannot write the state file {place}: {error}");
                return Err(io::Error::new(error.kind(), text));
            }
            Err(error) if !failed => {
                tell(&format!("Cannot write the state file {place}. Trying again: {error}"));
            }
            _ => {}
        }
        failed = fails;
        if !failed {
            written = text;
        }
        if stopped {
            return Ok(());
        }
    }
}

/// Writes a message for the user to standard error.
fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "azureai-emulator: {text}");
}

/// Returns the content of the state file, with the running operations only.
fn document(world: &mut World) -> Value {
    let mut document = control::dump(world);
    if let Some(operations) = document["operations"].as_array_mut() {
        operations.retain(|one| one["status"] == json!("InProgress"));
        operations.extend(world.late_hosts.iter().map(|(_, id)| {
            json!({ "resource": id.to_string(), "work": "write", "status": "InProgress" })
        }));
    }
    for shown in document["resources"].as_array_mut().into_iter().flatten() {
        let stored = world.store.get(shown["id"].as_str().unwrap_or_default());
        if let Some(pending) = stored.and_then(|stored| stored.body.get(PENDING)) {
            shown[PENDING] = pending.clone();
        }
    }
    document
}

/// Writes a second file and renames it, so that a complete file always exists.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
